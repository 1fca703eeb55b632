import { AppError, newId } from '@mcm/kernel';
import type { Caller } from '@mcm/platform';
import { JOB_QUEUE, type JobQueue } from '@mcm/queue';
import { Inject, Injectable } from '@nestjs/common';
import { AcceptedWork } from '../audit/accepted-work.js';
import type { FindingDto } from '../findings/finding.dto.js';
import { FindingsService } from '../findings/findings.service.js';
import { GatewayConfig } from '../gateway.config.js';
import { waitingFailed } from '../jobs/job-outcome.js';
import { EnrichmentReader } from './enrichment-reader.js';
import type { FindingExchangesDto } from './exchange.dto.js';

/** Has findings scored and explained by the ai-worker, through jobs. */
@Injectable()
export class EnrichmentService {
  constructor(
    @Inject(JOB_QUEUE) private readonly jobs: JobQueue,
    private readonly findings: FindingsService,
    private readonly enrichments: EnrichmentReader,
    private readonly config: GatewayConfig,
    private readonly accepted: AcceptedWork,
  ) {}

  /**
   * Enriches one finding and waits for it.
   *
   * @throws AppError `FINDINGS.NOT_FOUND`; `unavailable` when it takes too long or fails
   */
  async enrich(id: string, refresh: boolean, caller: Caller): Promise<FindingDto> {
    const finding = await this.findings.byId(id);
    await this.accepted.record({
      origin: caller,
      action: 'enrichment.started',
      object: { type: 'finding', id: String(finding.id), name: null },
      after: { refresh },
    });
    const job = await this.jobs.enqueue(
      'enrich-finding',
      { finding_id: finding.id, ...(refresh ? { refresh } : {}) },
      { id: `finding-${finding.id}` },
    );
    await this.wait('enrich-finding', job);
    return this.findings.byId(id);
  }

  /** Enriches the oldest findings that have no enrichment, at most `limit`, waits, and gives those that have one now. */
  async enrichAllMissing(limit: number, caller: Caller): Promise<FindingDto[]> {
    const id = `missing-${newId()}`;
    await this.accepted.record({
      origin: caller,
      action: 'enrichment_run.started',
      object: { type: 'enrichment_run', id, name: null },
      after: { limit, oldest_first: true },
    });
    const job = await this.jobs.enqueue('enrich-findings', { limit, oldest_first: true }, { id });
    const result = await this.wait('enrich-findings', job);
    return this.findings.byIds(result.finding_ids);
  }

  /**
   * What was sent about a finding and what came back.
   *
   * @throws AppError `FINDINGS.NOT_FOUND`, `ENRICHMENTS.NOT_ENRICHED`
   */
  async exchanges(id: string): Promise<FindingExchangesDto> {
    const { enrichment } = await this.findings.enrichmentOf(id);
    const exchanges = await this.enrichments.exchangesOf(id);
    if (exchanges === null) {
      throw new AppError('not-found', 'ENRICHMENTS.NOT_ENRICHED', `The finding ${id} is not enriched.`);
    }
    return { ...exchanges, cached: enrichment?.cached ?? false };
  }

  private async wait<N extends 'enrich-finding' | 'enrich-findings'>(name: N, id: string) {
    try {
      return await this.jobs.waitFor(name, id, { timeoutMs: this.config.apiJobWaitMs });
    } catch (error) {
      throw waitingFailed(error);
    }
  }
}
