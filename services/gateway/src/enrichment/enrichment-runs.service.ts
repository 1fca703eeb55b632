import type { AuditAction } from '@mcm/audit';
import {
  type EnrichmentScope,
  type EnrichmentTally,
  ENRICHMENT_ITEM_STATES,
  type ControlEnrichmentPayload,
} from '@mcm/contracts';
import { AppError, newId } from '@mcm/kernel';
import type { Caller } from '@mcm/platform';
import { JOB_QUEUE, type JobQueue, type JobStatus } from '@mcm/queue';
import { Inject, Injectable } from '@nestjs/common';
import { AcceptedWork } from '../audit/accepted-work.js';
import { GatewayConfig } from '../gateway.config.js';
import { waitingFailed } from '../jobs/job-outcome.js';
import { EnrichmentRunReader, type StoredEnrichmentRun } from './enrichment-run-reader.js';
import type {
  EnrichmentDto,
  EnrichmentEstimateDto,
  EnrichmentItemDto,
  EnrichmentItemsQuery,
  EnrichmentRequestDto,
} from './enrichment-run.dto.js';

/** States from which each action leads somewhere, for the error that names them. */
const CONTROLLABLE = {
  pause: 'waiting or active',
  resume: 'paused, failed or active',
  cancel: 'waiting, active, paused or failed',
  retry: 'completed, cancelled or failed',
} as const satisfies Record<ControlEnrichmentPayload['action'], string>;

/** What the state is after an action; a run that is resumed or tried again may have gone on already. */
const LEADS_TO: Record<ControlEnrichmentPayload['action'], readonly string[]> = {
  pause: ['paused'],
  resume: ['waiting', 'active', 'completed'],
  cancel: ['cancelled'],
  retry: ['waiting', 'active', 'completed'],
};

const RECORDED_AS = {
  pause: 'enrichment_run.paused',
  resume: 'enrichment_run.resumed',
  cancel: 'enrichment_run.cancelled',
  retry: 'enrichment_run.retried',
} as const satisfies Record<ControlEnrichmentPayload['action'], AuditAction>;

/** Starts, watches and controls bulk enrichments, through jobs of the ai-worker. */
@Injectable()
export class EnrichmentRunsService {
  constructor(
    @Inject(JOB_QUEUE) private readonly jobs: JobQueue,
    private readonly runs: EnrichmentRunReader,
    private readonly config: GatewayConfig,
    private readonly accepted: AcceptedWork,
  ) {}

  async start(request: EnrichmentRequestDto, caller: Caller): Promise<EnrichmentDto> {
    const scope = scopeOf(request);
    const id = `bulk-${newId()}`;
    await this.accepted.record({
      origin: caller,
      action: 'enrichment_run.started',
      object: { type: 'enrichment_run', id, name: null },
      after: {
        which: scope.which ?? null,
        severity: scope.severity ?? null,
        limit: scope.limit ?? null,
        // The run itself lists them.
        findings: scope.finding_ids?.length ?? null,
      },
    });
    await this.jobs.enqueue('enrich-findings', scope, { id });
    return this.status(id);
  }

  /** @throws AppError `unavailable` when it takes too long or fails */
  async estimate(request: EnrichmentRequestDto): Promise<EnrichmentEstimateDto> {
    const id = await this.jobs.enqueue('estimate-enrichment', scopeOf(request), {
      id: `estimate-${newId()}`,
    });
    return this.wait('estimate-enrichment', id);
  }

  /** The latest ones that a worker has begun. */
  async latest(limit: number): Promise<EnrichmentDto[]> {
    return (await this.runs.latest(limit)).map(shownRun);
  }

  /** @throws AppError `ENRICHMENTS.NOT_FOUND` */
  async status(id: string): Promise<EnrichmentDto> {
    const run = await this.runs.byId(id);
    if (run !== null) return shownRun(run);
    // No worker has begun: only the job exists.
    const job = await this.jobs.status('enrich-findings', id);
    if (job === null) throw notFound(id);
    // It may have begun between the two polls.
    const begun = await this.runs.byId(id);
    return begun === null ? waitingRun(job) : shownRun(begun);
  }

  /** @throws AppError `ENRICHMENTS.NOT_FOUND` */
  async items(id: string, { state, limit, offset }: EnrichmentItemsQuery): Promise<EnrichmentItemDto[]> {
    await this.status(id);
    return this.runs.items(id, state, { limit, offset });
  }

  /** @throws AppError `ENRICHMENTS.NOT_FOUND`, `ENRICHMENTS.WRONG_STATE`; `unavailable` when no worker answers */
  async control(
    id: string,
    action: ControlEnrichmentPayload['action'],
    caller: Caller,
    fallbacks = false,
  ): Promise<EnrichmentDto> {
    const before = await this.status(id);
    const job = await this.jobs.enqueue(
      'control-enrichment',
      { id, action, fallbacks },
      { id: `control-${newId()}` },
    );
    const { moved, state } = await this.wait('control-enrichment', job);
    if (state === 'unknown') throw notFound(id);
    if (moved) {
      await this.accepted.record({
        origin: caller,
        action: RECORDED_AS[action],
        object: { type: 'enrichment_run', id, name: null },
        before: { state: before.state },
        after: { state },
      });
    }
    // Doing again what is done already is no mistake.
    if (!moved && !(before.state === state && LEADS_TO[action].includes(state) && action !== 'retry')) {
      throw new AppError(
        'conflict',
        'ENRICHMENTS.WRONG_STATE',
        `The enrichment ${id} is ${state}; only one that is ${CONTROLLABLE[action]} can do that.`,
      );
    }
    return this.status(id);
  }

  private async wait<N extends 'control-enrichment' | 'estimate-enrichment'>(name: N, id: string) {
    try {
      return await this.jobs.waitFor(name, id, { timeoutMs: this.config.apiJobWaitMs });
    } catch (error) {
      throw waitingFailed(error);
    }
  }
}

function scopeOf({ finding_ids, which, severity, limit }: EnrichmentRequestDto): EnrichmentScope {
  return {
    ...(finding_ids === undefined ? {} : { finding_ids }),
    ...(which === undefined ? {} : { which }),
    ...(severity === undefined ? {} : { severity }),
    ...(limit === undefined ? {} : { limit }),
  };
}

function shownRun({
  id,
  state,
  total,
  tally,
  error,
  created_at,
  started_at,
  finished_at,
}: StoredEnrichmentRun): EnrichmentDto {
  const progress = total === null ? null : { done: total - tally.pending - tally.queued, total };
  return { id, state, progress, tally, error, created_at, started_at, finished_at };
}

function waitingRun({
  id,
  state,
  error,
  created_at,
  finished_at,
}: JobStatus<'enrich-findings'>): EnrichmentDto {
  const tally = Object.fromEntries(
    ENRICHMENT_ITEM_STATES.map((each) => [each, 0]),
  ) as unknown as EnrichmentTally;
  const failed = state === 'failed';
  return {
    id,
    state: failed ? 'failed' : 'waiting',
    progress: null,
    tally,
    error: failed ? error : null,
    created_at,
    started_at: null,
    finished_at: failed ? finished_at : null,
  };
}

function notFound(id: string): AppError {
  return new AppError('not-found', 'ENRICHMENTS.NOT_FOUND', `There is no enrichment ${id}.`);
}
