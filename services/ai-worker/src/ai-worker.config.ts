import { AppError } from '@mcm/kernel';
import { SEVERITIES } from '@mcm/contracts';
import { Env, loadConfig } from '@mcm/platform';
import { IsBoolean, IsIn, IsInt, IsNumber, IsString, Matches, Max, Min, ValidateIf } from 'class-validator';

/** The public API of OpenAI, which is asked when nothing else is set. */
export const OPENAI_URL = 'https://api.openai.com/v1';
/** The model of OpenAI that is asked when nothing else is set. */
const OPENAI_DEFAULT_MODEL = 'gpt-5.4-mini';

/** Settings of the ai-worker. Without key and address no model is asked and the heuristic answers. */
export class AiWorkerConfig {
  @Env('OPENAI_API_KEY', { secret: true })
  @IsString()
  openaiApiKey: string = '';

  /** An OpenAI-compatible server instead of OpenAI: Azure, Ollama, vLLM, LiteLLM. */
  @Env('OPENAI_BASE_URL')
  @ValidateIf(({ openaiBaseUrl }: AiWorkerConfig) => openaiBaseUrl !== '')
  @Matches(/^https?:\/\/[^\s@]+$/, {
    message: 'must be an address such as http://localhost:11434/v1, without user and password',
  })
  openaiBaseUrl: string = '';

  @Env('OPENAI_MODEL')
  @IsString()
  openaiModel: string = '';

  /** Longest time for one answer, in milliseconds. */
  @Env('AI_TIMEOUT_MS')
  @IsInt()
  @Min(100)
  @Max(600_000)
  timeoutMs: number = 30_000;

  /** Longest answer, in tokens. */
  @Env('AI_MAX_OUTPUT_TOKENS')
  @IsInt()
  @Min(200)
  @Max(32_000)
  maxOutputTokens: number = 2_000;

  /** Requests to the model at the same time, over all processes. */
  @Env('AI_CONCURRENCY')
  @IsInt()
  @Min(1)
  @Max(256)
  concurrency: number = 4;

  /** Tokens per UTC day, questions and answers together, over all processes; 0 is without limit. */
  @Env('AI_TOKENS_PER_DAY')
  @IsInt()
  @Min(0)
  @Max(1_000_000_000_000)
  tokensPerDay: number = 2_000_000;

  /** Requests per minute, over all processes; 0 is without limit. */
  @Env('AI_REQUESTS_PER_MINUTE')
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  requestsPerMinute: number = 120;

  /** US dollars for a million tokens of questions; 0 when not known. */
  @Env('AI_PRICE_INPUT')
  @IsNumber()
  @Min(0)
  priceInput: number = 0;

  /** US dollars for a million tokens of answers; 0 when not known. */
  @Env('AI_PRICE_OUTPUT')
  @IsNumber()
  @Min(0)
  priceOutput: number = 0;

  /** Whether users, addresses, hosts and ids are replaced by placeholders before anything is sent. */
  @Env('AI_PSEUDONYMISE')
  @IsBoolean()
  pseudonymise: boolean = true;

  /** A file with the fields of further event types that may be sent. */
  @Env('AI_FIELDS_PATH')
  @IsString()
  fieldsPath: string = '';

  /** How long an answer is good for the same question, in days; 0 asks every time. */
  @Env('AI_CACHE_DAYS')
  @IsInt()
  @Min(0)
  @Max(3_650)
  cacheDays: number = 30;

  /** Findings of this severity and above are enriched by themselves. */
  @Env('AI_AUTO_ENRICH')
  @IsIn(['off', ...SEVERITIES])
  autoEnrich: string = 'off';

  /** Whether a model is configured at all. */
  get hasModel(): boolean {
    return this.openaiApiKey !== '' || this.openaiBaseUrl !== '';
  }

  get baseUrl(): string {
    return this.openaiBaseUrl === '' ? OPENAI_URL : this.openaiBaseUrl.replace(/\/+$/, '');
  }

  get model(): string {
    return this.openaiModel === '' ? OPENAI_DEFAULT_MODEL : this.openaiModel;
  }
}

/**
 * Reads and validates the settings.
 *
 * @throws AppError `CONFIG.INVALID`
 */
export function loadAiWorkerConfig(env: NodeJS.ProcessEnv): AiWorkerConfig {
  const config = loadConfig(AiWorkerConfig, env);
  if (config.openaiBaseUrl !== '' && config.openaiModel === '') {
    const detail =
      'must be set together with OPENAI_BASE_URL: only the server knows what its models are called';
    throw new AppError('invalid', 'CONFIG.INVALID', `OPENAI_MODEL ${detail}.`, {
      errors: [{ pointer: 'OPENAI_MODEL', detail }],
    });
  }
  return config;
}
