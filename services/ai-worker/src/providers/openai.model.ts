import { createHash } from 'node:crypto';
import { messageOf } from '@mcm/kernel';
import OpenAI, {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from 'openai';
import { type AiWorkerConfig, OPENAI_URL } from '../ai-worker.config.js';
import { boundedFetch } from './bounded-fetch.js';
import { type Model, ModelFailure, type ModelReply, type ModelRequest } from './model.js';

type Body = OpenAI.ChatCompletionCreateParamsNonStreaming;

/**
 * What servers differ in. The first form is tried until a server refuses a part of it by name; what it does not know is
 * left out from then on.
 */
interface Dialect {
  /** Models that reason take no temperature. */
  temperature: boolean;
  /** OpenAI's present name for the limit of an answer; older servers know `max_tokens` only. */
  limit: 'max_completion_tokens' | 'max_tokens';
  /** How the form of the answer is demanded. The prompt says it as well. */
  format: 'json_schema' | 'json_object' | 'none';
}

/** A status that says nothing about the request: the server, or what is before it, is in trouble. */
const TRANSIENT = new Set([408, 409, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529]);
/** How long a server that says 429 without a time is left alone. */
const LIMITED_MS = 5_000;
const LONGEST_LIMITED_MS = 10 * 60_000;
/** Longest text of a server that is repeated to people. */
const SERVER_TEXT = 200;

/** A language model behind an API that is compatible with OpenAI's chat completions. */
export class OpenAiModel implements Model {
  readonly name: string;
  readonly endpoint: string;
  readonly fingerprint: string;
  readonly timeoutMs: number;
  private readonly client: OpenAI;
  private readonly dialect: Dialect;

  constructor(config: AiWorkerConfig) {
    this.name = config.model;
    this.endpoint = withoutQuery(config.baseUrl);
    this.timeoutMs = config.timeoutMs;
    this.fingerprint = createHash('sha256')
      .update(JSON.stringify([config.baseUrl, config.model, config.openaiApiKey]))
      .digest('hex')
      .slice(0, 32);
    this.client = new OpenAI({
      // Local servers want none, but the client does.
      apiKey: config.openaiApiKey === '' ? 'none' : config.openaiApiKey,
      baseURL: config.baseUrl,
      organization: null,
      project: null,
      // Tries belong to the job queue: here they would be hidden from budgets and counters.
      maxRetries: 0,
      // The limit for one question is ours, below; this one would only come first.
      timeout: config.timeoutMs + 1_000,
      logLevel: 'off',
      fetch: boundedFetch,
    });
    this.dialect = {
      temperature: true,
      limit:
        config.baseUrl === OPENAI_URL || /\.azure\.com\//.test(config.baseUrl)
          ? 'max_completion_tokens'
          : 'max_tokens',
      format: 'json_schema',
    };
  }

  async ask(request: ModelRequest, signal: AbortSignal): Promise<ModelReply> {
    signal.throwIfAborted();
    const deadline = AbortSignal.timeout(this.timeoutMs);
    const either = AbortSignal.any([signal, deadline]);
    for (;;) {
      try {
        const completion = await this.client.chat.completions.create(this.body(request), { signal: either });
        return readReply(completion, this.name);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof ModelFailure) throw error;
        // What our fetch throws, as the client wraps it.
        if (error instanceof APIConnectionError && error.cause instanceof ModelFailure) throw error.cause;
        if (deadline.aborted) throw tooSlow(this, error);
        if (error instanceof BadRequestError && this.adapt(error)) continue;
        throw failureOf(error, this);
      }
    }
  }

  private body({ system, messages, schema, maxOutputTokens }: ModelRequest): Body {
    const { temperature, limit, format } = this.dialect;
    return {
      model: this.name,
      messages: [
        { role: 'system', content: format === 'json_schema' ? system : `${system}\n\n${schemaText(schema)}` },
        ...messages,
      ],
      [limit]: maxOutputTokens,
      ...(temperature ? { temperature: 0 } : {}),
      ...(format === 'json_schema'
        ? {
            response_format: {
              type: 'json_schema',
              json_schema: { name: 'assessment', strict: true, schema },
            },
          }
        : format === 'json_object'
          ? { response_format: { type: 'json_object' } }
          : {}),
    };
  }

  /** Gives up the part of the request that the server names; false when it names none that could go. */
  private adapt(error: BadRequestError): boolean {
    const said = `${error.param ?? ''} ${error.code ?? ''} ${messageOf(error)}`;
    const { dialect } = this;
    if (dialect.temperature && /temperature/i.test(said)) dialect.temperature = false;
    else if (
      dialect.limit === 'max_tokens' &&
      /max_tokens/i.test(said) &&
      /max_completion_tokens/i.test(said)
    )
      dialect.limit = 'max_completion_tokens';
    else if (dialect.limit === 'max_completion_tokens' && /max_completion_tokens/i.test(said))
      dialect.limit = 'max_tokens';
    else if (dialect.format === 'json_schema' && /response_format|json_schema|structured/i.test(said))
      dialect.format = 'json_object';
    else if (dialect.format === 'json_object' && /response_format|json_object/i.test(said))
      dialect.format = 'none';
    else return false;
    return true;
  }
}

function schemaText(schema: Readonly<Record<string, unknown>>): string {
  return `The schema of the answer (JSON Schema): ${JSON.stringify(schema)}`;
}

function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`.replace(/\/+$/, '');
}

function readReply(completion: OpenAI.ChatCompletion, asked: string): ModelReply {
  // A server that is not what it seems may send anything.
  const choice = (completion as Partial<OpenAI.ChatCompletion> | null)?.choices?.[0];
  const text = choice?.message?.content;
  const refused = Boolean(choice?.message?.refusal) || choice?.finish_reason === 'content_filter';
  if (choice === undefined || (typeof text !== 'string' && !refused)) {
    throw new ModelFailure(
      'failed',
      'AI.NO_ANSWER',
      'The server answered without an answer of the model in it.',
      {
        mayHaveUsedTokens: true,
      },
    );
  }
  const tokens = (value: unknown) =>
    Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null;
  return {
    text: text ?? choice.message.refusal ?? '',
    end: refused ? 'refused' : choice.finish_reason === 'length' ? 'cut_off' : 'complete',
    model: typeof completion.model === 'string' && completion.model !== '' ? completion.model : asked,
    inputTokens: tokens(completion.usage?.prompt_tokens),
    outputTokens: tokens(completion.usage?.completion_tokens),
  };
}

function tooSlow({ endpoint, timeoutMs }: Model, cause: unknown): ModelFailure {
  return new ModelFailure('failed', 'AI.TIMEOUT', `${endpoint} did not answer within ${timeoutMs} ms.`, {
    cause,
    tookLong: true,
    mayHaveUsedTokens: true,
  });
}

/** The one table from what the client throws to what we do about it. */
function failureOf(error: unknown, { endpoint, name }: Model): unknown {
  const options = { cause: error };
  if (error instanceof APIConnectionTimeoutError) {
    return new ModelFailure('failed', 'AI.TIMEOUT', `${endpoint} did not answer in time.`, {
      ...options,
      tookLong: true,
    });
  }
  if (error instanceof APIConnectionError) {
    return new ModelFailure(
      'failed',
      'AI.UNREACHABLE',
      `${endpoint} cannot be reached: ${reasonOf(error)}`,
      options,
    );
  }
  // The server's text is left out: it may repeat a part of the key.
  if (error instanceof AuthenticationError || error instanceof PermissionDeniedError) {
    const sentence = `${endpoint} refuses the key (HTTP ${error.status}). Set OPENAI_API_KEY to a valid one and start again.`;
    return new ModelFailure('refused', 'AI.KEY_REFUSED', sentence, options);
  }
  if (error instanceof NotFoundError || (error instanceof APIError && error.code === 'model_not_found')) {
    const sentence = `${endpoint} does not know the model ${name}, or the address is wrong. Check OPENAI_MODEL and OPENAI_BASE_URL and start again.`;
    return new ModelFailure('refused', 'AI.MODEL_UNKNOWN', sentence, options);
  }
  if (error instanceof RateLimitError) {
    if (error.code === 'insufficient_quota') {
      const sentence = `${endpoint} says that the quota of the account is used up. Check its plan and billing.`;
      return new ModelFailure('refused', 'AI.QUOTA_SPENT', sentence, options);
    }
    return new ModelFailure(
      'limited',
      'AI.RATE_LIMITED',
      `${endpoint} limits the rate of requests (HTTP 429).`,
      {
        ...options,
        retryAfterMs: retryAfterOf(error.headers) ?? LIMITED_MS,
      },
    );
  }
  if (error instanceof APIError && error.status !== undefined) {
    if (TRANSIENT.has(error.status)) {
      const retryAfterMs = retryAfterOf(error.headers);
      return new ModelFailure(
        'failed',
        'AI.SERVER_ERROR',
        `${endpoint} answered with HTTP ${error.status}.`,
        {
          ...options,
          ...(retryAfterMs === null ? {} : { retryAfterMs }),
        },
      );
    }
    const sentence = `${endpoint} does not take the request (HTTP ${error.status}): ${messageOf(error).slice(0, SERVER_TEXT)}`;
    return new ModelFailure('unusable', 'AI.REQUEST_REFUSED', sentence, options);
  }
  // What is left are bodies that end too early or are not JSON.
  return new ModelFailure(
    'failed',
    'AI.GARBLED',
    `${endpoint} sent an answer that cannot be read: ${reasonOf(error)}`,
    {
      ...options,
      mayHaveUsedTokens: true,
    },
  );
}

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), or OpenAI's `retry-after-ms`; null when there is none. */
function retryAfterOf(headers: Headers | undefined): number | null {
  const milliseconds = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  const text = headers?.get('retry-after') ?? '';
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  const wait = Number.isFinite(milliseconds) ? milliseconds : seconds * 1000;
  return Number.isFinite(wait) ? Math.min(Math.max(0, wait), LONGEST_LIMITED_MS) : null;
}

/** The innermost reason, which is the telling one for errors of the network. */
function reasonOf(error: unknown): string {
  let inner = error;
  for (let depth = 0; depth < 5 && inner instanceof Error && inner.cause !== undefined; depth += 1)
    inner = inner.cause;
  return messageOf(inner).slice(0, SERVER_TEXT);
}
