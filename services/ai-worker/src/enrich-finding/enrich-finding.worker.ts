import { type EnrichFindingResult, JOBS } from '@mcm/contracts';
import { messageOf } from '@mcm/kernel';
import { EVENT_BUS, type EventBus } from '@mcm/messaging';
import { LOGGER, type Logger, MetricsRegistry } from '@mcm/platform';
import { type ActiveJob, type GivenUpJob, HandlesJob } from '@mcm/queue';
import { Inject, Injectable } from '@nestjs/common';
import { EnrichmentRunStore } from '../bulk/enrichment-run-store.js';
import { type EnrichmentRecord, EnrichmentStore } from './enrichment-store.js';
import { AiWorkerConfig } from '../ai-worker.config.js';
import { AutoEnrichPolicy } from '../auto-enrich/auto-enrich.policy.js';
import { type Model, MODEL } from '../providers/model.js';
import { Enricher } from './enricher.js';

/** Jobs beyond those that ask the model right now: while they load, wait for a cached answer or write, others ask. */
const MORE_JOBS = 4;

/** Works on jobs for one finding: those that a person waits for, and those that have time. */
@Injectable()
export class EnrichFindingWorker {
  private readonly enriched;
  private readonly injections;

  constructor(
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(MODEL) private readonly model: Model | null,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly config: AiWorkerConfig,
    private readonly enricher: Enricher,
    private readonly store: EnrichmentStore,
    private readonly runs: EnrichmentRunStore,
    private readonly policy: AutoEnrichPolicy,
    metrics: MetricsRegistry,
  ) {
    this.enriched = metrics.counter(
      'mcm_enrichments_total',
      'Findings enriched, by where score and explanation came from',
      ['source'],
    );
    this.injections = metrics.counter(
      'mcm_ai_injections_total',
      'Enriched findings whose events hold text that tries to instruct a model',
    );
  }

  @HandlesJob('enrich-finding', (self: EnrichFindingWorker) => ({ concurrency: self.concurrency }))
  enrichNow({ payload, attempt, signal }: ActiveJob<'enrich-finding'>): Promise<EnrichFindingResult> {
    const lastTry = attempt >= JOBS['enrich-finding'].maxTries;
    return this.enrich(payload.finding_id, {
      urgent: true,
      lastTry,
      refresh: payload.refresh === true,
      signal,
    });
  }

  @HandlesJob('enrich-finding-later', (self: EnrichFindingWorker) => ({
    concurrency: self.concurrency,
    onGivenUp: (job) => self.giveUp(job),
  }))
  async enrichLater({
    payload: { finding_id, cause },
    attempt,
    signal,
  }: ActiveJob<'enrich-finding-later'>): Promise<EnrichFindingResult> {
    const lastTry = attempt >= JOBS['enrich-finding-later'].maxTries;
    if (!(await this.wanted(finding_id, cause))) return { finding_id, outcome: 'skipped' };
    try {
      return await this.enrich(finding_id, { urgent: false, lastTry, refresh: false, signal });
    } catch (error) {
      if (!lastTry || signal.aborted) throw error;
      this.logger.error({ err: error, finding_id }, 'A finding could not be enriched');
      await this.store.markFailed(finding_id, codeOf(error), messageOf(error));
      throw error;
    }
  }

  private get concurrency(): number {
    return (this.model === null ? 0 : this.config.concurrency) + MORE_JOBS;
  }

  private async giveUp({ payload, error }: GivenUpJob<'enrich-finding-later'>): Promise<void> {
    if (payload) await this.store.markFailed(payload.finding_id, error.code, error.message);
  }

  /** A run may have been paused or cancelled, and another job may have been quicker. */
  private async wanted(findingId: number, cause: 'run' | 'policy'): Promise<boolean> {
    if (cause === 'run' && (await this.runs.wanted(findingId))) return true;
    return (await this.policy.wanted([findingId])).length > 0;
  }

  private async enrich(
    finding_id: number,
    options: Parameters<Enricher['enrich']>[1],
  ): Promise<EnrichFindingResult> {
    const finding = await this.store.loadForEnrichment(finding_id);
    if (finding === null) {
      await this.store.markMissing(finding_id);
      return { finding_id, outcome: 'missing' };
    }
    const enrichment = await this.enricher.enrich(finding, options);
    if (!(await this.store.save(finding_id, enrichment))) return { finding_id, outcome: 'missing' };
    const source = sourceOf(enrichment);
    this.enriched.inc({ source });
    if (enrichment.injections.length > 0) this.injections.inc();
    await this.bus.publish('findings.enriched', [{ id: finding_id, risk_score: enrichment.risk_score }]);
    return { finding_id, outcome: 'enriched', source };
  }
}

function sourceOf({ source, cached }: EnrichmentRecord): 'model' | 'cache' | 'heuristic' {
  if (source === 'heuristic') return 'heuristic';
  return cached ? 'cache' : 'model';
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'AI.FAILED';
}
