import { type ExportEvaluationSetResult } from '@mcm/contracts';
import { newId } from '@mcm/kernel';
import { RatingReader } from '@mcm/persistence';
import type { Caller } from '@mcm/platform';
import { JOB_QUEUE, type JobQueue } from '@mcm/queue';
import { Inject, Injectable } from '@nestjs/common';
import { AcceptedWork } from '../audit/accepted-work.js';
import { FindingsService } from '../findings/findings.service.js';
import { GatewayConfig } from '../gateway.config.js';
import { waitingFailed } from '../jobs/job-outcome.js';
import { RatingStore } from './rating-store.js';
import type { EvaluationSetQuery, RatingDto, RatingRequestDto } from './rating.dto.js';

/** Most ratings of one finding in an answer. */
const RATINGS_MAX = 100;

/** Keeps what people think of enrichments, and hands it out as an evaluation set. */
@Injectable()
export class RatingsService {
  constructor(
    @Inject(JOB_QUEUE) private readonly jobs: JobQueue,
    private readonly findings: FindingsService,
    private readonly store: RatingStore,
    private readonly ratings: RatingReader,
    private readonly config: GatewayConfig,
    private readonly accepted: AcceptedWork,
  ) {}

  /** @throws AppError `FINDINGS.NOT_FOUND`, `ENRICHMENTS.NOT_ENRICHED` */
  async rate(
    findingId: string,
    { verdict, comment, expected_score }: RatingRequestDto,
    caller: Caller,
  ): Promise<RatingDto> {
    await this.findings.byId(findingId);
    const id = await this.store.add(
      findingId,
      {
        verdict,
        comment: comment ?? null,
        expected_score: expected_score ?? null,
      },
      caller,
    );
    return (await this.ratings.byId(id))!;
  }

  /** Those of a finding, the latest first. @throws AppError `FINDINGS.NOT_FOUND` */
  async ofFinding(findingId: string): Promise<RatingDto[]> {
    await this.findings.byId(findingId);
    return this.ratings.ofFinding(findingId, RATINGS_MAX);
  }

  /** What was rated, as cases for an evaluation. The ai-worker makes them: it knows what may leave the house. */
  async evaluationSet(
    { after, limit }: EvaluationSetQuery,
    caller: Caller,
  ): Promise<ExportEvaluationSetResult> {
    await this.accepted.record({
      origin: caller,
      action: 'evaluation_set.exported',
      object: { type: 'evaluation_set', id: 'ratings', name: null },
      after: { after, limit },
    });
    const id = await this.jobs.enqueue(
      'export-evaluation-set',
      { after, limit },
      { id: `export-${newId()}` },
    );
    try {
      return await this.jobs.waitFor('export-evaluation-set', id, { timeoutMs: this.config.apiJobWaitMs });
    } catch (error) {
      throw waitingFailed(error);
    }
  }
}
