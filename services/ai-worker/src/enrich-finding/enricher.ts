import { Inject, Injectable } from '@nestjs/common';
import type { EnrichmentRecord, FindingForEnrichment } from './enrichment-store.js';
import { AiWorkerConfig } from '../ai-worker.config.js';
import { AskModel, type AskOptions } from '../ask-model/ask-model.js';
import { ModelMetrics } from '../ask-model/model-metrics.js';
import { AllowList } from '../facts/allowed-fields.js';
import { buildFacts, type Facts } from '../facts/build-facts.js';
import { type Model, MODEL } from '../providers/model.js';
import { decide } from './decide.js';

/** Turns a finding into its score and explanation: by the model where there is one and it answers, else by the heuristic. */
@Injectable()
export class Enricher {
  constructor(
    @Inject(MODEL) private readonly model: Model | null,
    private readonly askModel: AskModel,
    private readonly allowList: AllowList,
    private readonly config: AiWorkerConfig,
    private readonly metrics: ModelMetrics,
  ) {}

  /** The facts of a finding as they are sent. */
  factsOf(finding: FindingForEnrichment): Facts {
    return buildFacts(finding, { allowList: this.allowList, pseudonymise: this.config.pseudonymise });
  }

  /** @throws AppError `unavailable` when a later try of the same job may find the model in a better state */
  async enrich(finding: FindingForEnrichment, options: AskOptions): Promise<EnrichmentRecord> {
    const facts = this.factsOf(finding);
    const outcome = await this.askModel.ask(facts, options);
    const enrichment = decide(finding, facts, outcome, this.model?.name ?? '');
    if (enrichment.fallback !== null) this.metrics.fallbacks.inc({ code: enrichment.fallback.code });
    return enrichment;
  }
}
