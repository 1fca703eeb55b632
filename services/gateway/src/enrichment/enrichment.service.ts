import { AppError, newId } from '@mcm/kernel';
import { JOB_QUEUE, type JobQueue, type JobStatus } from '@mcm/queue';
import { Inject, Injectable } from '@nestjs/common';
import type { FindingDto } from '../findings/finding.dto.js';
import { FindingsService } from '../findings/findings.service.js';
import { GatewayConfig } from '../gateway.config.js';
import { jobStatus, waitingFailed } from '../jobs/job-outcome.js';
import type { EnrichmentDto, EnrichmentRequestDto } from './enrichment.dto.js';

/** Has findings scored and explained by the ai-worker, through jobs. */
@Injectable()
export class EnrichmentService {
  constructor(
    @Inject(JOB_QUEUE) private readonly jobs: JobQueue,
    private readonly findings: FindingsService,
    private readonly config: GatewayConfig,
  ) {}

  /**
   * Enriches one finding and waits for it.
   *
   * @throws AppError `FINDINGS.NOT_FOUND`; `unavailable` when it takes too long or fails
   */
  async enrich(id: string): Promise<FindingDto> {
    const finding = await this.findings.byId(id);
    const job = await this.jobs.enqueue(
      'enrich-finding',
      { finding_id: finding.id },
      { id: `finding-${finding.id}` },
    );
    await this.wait('enrich-finding', job);
    return this.findings.byId(id);
  }

  /** Enriches at most `limit` of the findings that have no enrichment, waits, and gives those that have one now. */
  async enrichAllMissing(limit: number): Promise<FindingDto[]> {
    const job = await this.jobs.enqueue('enrich-findings', { limit }, { id: `missing-${newId()}` });
    const result = await this.wait('enrich-findings', job);
    return this.findings.byIds(result.finding_ids);
  }

  /** Starts a bulk enrichment. */
  async start({ finding_ids, limit }: EnrichmentRequestDto): Promise<EnrichmentDto> {
    const id = await this.jobs.enqueue(
      'enrich-findings',
      { ...(finding_ids ? { finding_ids } : {}), ...(limit === undefined ? {} : { limit }) },
      { id: `bulk-${newId()}` },
    );
    return this.status(id);
  }

  /** @throws AppError `ENRICHMENTS.NOT_FOUND` */
  async status(id: string): Promise<EnrichmentDto> {
    const status = await this.jobs.status('enrich-findings', id);
    if (status === null) {
      throw new AppError('not-found', 'ENRICHMENTS.NOT_FOUND', `There is no enrichment ${id}.`);
    }
    return enrichment(status);
  }

  private async wait<N extends 'enrich-finding' | 'enrich-findings'>(name: N, id: string) {
    try {
      return await this.jobs.waitFor(name, id, { timeoutMs: this.config.apiJobWaitMs });
    } catch (error) {
      throw waitingFailed(error);
    }
  }
}

function enrichment(status: JobStatus<'enrich-findings'>): EnrichmentDto {
  const { result } = status;
  return {
    ...jobStatus(status),
    result: result && { finding_ids: [...result.finding_ids], failed: [...result.failed] },
  };
}
