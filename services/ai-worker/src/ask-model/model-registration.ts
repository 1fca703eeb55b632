import { ModelStatusReader } from '@mcm/persistence';
import { HealthRegistry, LOGGER, type Logger } from '@mcm/platform';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ExchangeStore } from './exchange-store.js';
import { ModelBudgetStore } from './model-budget-store.js';
import { AiWorkerConfig } from '../ai-worker.config.js';
import { ANSWER_SCHEMA } from '../prompt/answer-schema.js';
import { PROMPT_VERSION, SYSTEM_PROMPT } from '../prompt/system-prompt.js';
import { type Model, MODEL } from '../providers/model.js';

/** Makes known with which model and settings this process works, before its first job. */
@Injectable()
export class ModelRegistration implements OnModuleInit {
  constructor(
    @Inject(MODEL) private readonly model: Model | null,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly config: AiWorkerConfig,
    private readonly budget: ModelBudgetStore,
    private readonly exchanges: ExchangeStore,
    private readonly status: ModelStatusReader,
    private readonly health: HealthRegistry,
  ) {}

  async onModuleInit(): Promise<void> {
    const { model, config } = this;
    const settings = {
      concurrency: config.concurrency,
      tokens_per_day: config.tokensPerDay,
      requests_per_minute: config.requestsPerMinute,
      auto_enrich: config.autoEnrich,
      pseudonymise: config.pseudonymise,
      cache_days: config.cacheDays,
      priced: config.priceInput > 0 || config.priceOutput > 0,
    };
    await this.budget.register({
      fingerprint: model?.fingerprint ?? 'none',
      endpoint: model?.endpoint ?? '',
      model: model?.name ?? '',
      promptVersion: PROMPT_VERSION,
      settings,
    });
    if (model === null) {
      this.logger.info('No model is configured: the heuristic scores findings');
      return;
    }
    await this.exchanges.savePrompt({
      version: PROMPT_VERSION,
      system: SYSTEM_PROMPT,
      answer_schema: ANSWER_SCHEMA,
    });
    this.logger.info({ model: model.name, endpoint: model.endpoint, ...settings }, 'A model scores findings');
    this.health.register('model', () => this.trouble(model));
  }

  /** Why the heuristic answers at the moment; nothing is down because of it. */
  private async trouble({ fingerprint, name }: Model): Promise<string | undefined> {
    const status = await this.status.of(fingerprint);
    if (status?.refused_until) return status.refused_reason ?? 'refused';
    if (status?.open_until) return `${name} is left alone until ${status.open_until}: ${status.last_failure}`;
    if (status?.blocked_until) return `The server limits the rate of requests until ${status.blocked_until}`;
    return undefined;
  }
}
