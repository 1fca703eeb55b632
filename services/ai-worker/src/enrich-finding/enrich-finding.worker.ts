import type { EnrichFindingResult, EnrichFindingsResult } from '@mcm/contracts';
import { messageOf } from '@mcm/kernel';
import { EVENT_BUS, type EventBus } from '@mcm/messaging';
import { EnrichmentStore } from '@mcm/persistence';
import { MetricsRegistry } from '@mcm/platform';
import { type ActiveJob, JOB_QUEUE, type JobQueue, type JobWorker } from '@mcm/queue';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ENRICHMENT_PROVIDER, type EnrichmentProvider } from '../providers/enrichment-provider.js';

/** Findings that a bulk job takes from the store at a time. */
const PAGE = 200;

/** Works on enrichment jobs: one finding each, or many in one. */
@Injectable()
export class EnrichFindingWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly workers: JobWorker[] = [];
  private readonly enriched;

  constructor(
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(ENRICHMENT_PROVIDER) private readonly provider: EnrichmentProvider,
    private readonly store: EnrichmentStore,
    metrics: MetricsRegistry,
  ) {
    this.enriched = metrics.counter(
      'mcm_enrichments_total',
      'Findings enriched, by where the score came from',
      ['source'],
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    this.workers.push(
      await this.queue.work('enrich-finding', (job) => this.enrich(job.payload.finding_id, job.signal)),
      await this.queue.work('enrich-findings', (job) => this.enrichMany(job)),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.close()));
  }

  private async enrich(finding_id: number, signal: AbortSignal): Promise<EnrichFindingResult> {
    const facts = await this.store.loadForEnrichment(finding_id);
    if (facts === null) return { finding_id, outcome: 'missing' };
    const enrichment = await this.provider.enrich(facts, signal);
    if (!(await this.store.save(finding_id, enrichment))) return { finding_id, outcome: 'missing' };
    this.enriched.inc({ source: enrichment.source });
    await this.bus.publish('findings.enriched', [{ id: finding_id, risk_score: enrichment.risk_score }]);
    return { finding_id, outcome: 'enriched' };
  }

  private async enrichMany(job: ActiveJob<'enrich-findings'>): Promise<EnrichFindingsResult> {
    const ids = job.payload.finding_ids ?? (await this.missing(job.payload.limit ?? Number.MAX_SAFE_INTEGER));
    const finding_ids: number[] = [];
    const failed: { finding_id: number; reason: string }[] = [];
    await job.progress({ done: 0, total: ids.length });
    for (const [i, id] of ids.entries()) {
      job.signal.throwIfAborted();
      try {
        const { outcome } = await this.enrich(id, job.signal);
        if (outcome === 'enriched') finding_ids.push(id);
        else failed.push({ finding_id: id, reason: 'There is no such finding (any more).' });
      } catch (error) {
        // A stop gives the whole job back; one finding that fails must not keep the others from their score.
        job.signal.throwIfAborted();
        failed.push({ finding_id: id, reason: messageOf(error) });
      }
      if (i % 20 === 19) await job.progress({ done: i + 1, total: ids.length });
    }
    await job.progress({ done: ids.length, total: ids.length });
    return { finding_ids, failed };
  }

  private async missing(limit: number): Promise<number[]> {
    const ids: number[] = [];
    for (let before: number | undefined; ids.length < limit; before = ids.at(-1)) {
      const page = await this.store.findMissing(Math.min(PAGE, limit - ids.length), before);
      ids.push(...page);
      if (page.length < PAGE) break;
    }
    return ids;
  }
}
