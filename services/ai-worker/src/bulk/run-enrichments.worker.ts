import { setTimeout as delay } from 'node:timers/promises';
import {
  type EnrichFindingsPayload,
  type EnrichFindingsResult,
  type EnrichmentScope,
  type EnrichmentTally,
  JOBS,
  type ControlEnrichmentResult,
} from '@mcm/contracts';
import { AppError, messageOf, newId } from '@mcm/kernel';
import { EVENT_BUS, type EventBus } from '@mcm/messaging';
import { LOGGER, type Logger } from '@mcm/platform';
import { type ActiveJob, type GivenUpJob, HandlesJob, JOB_QUEUE, type JobQueue } from '@mcm/queue';
import { Inject, Injectable } from '@nestjs/common';
import { EnrichmentRunStore } from './enrichment-run-store.js';
import { EnrichmentStore } from '../enrich-finding/enrichment-store.js';

/** Findings of one run that are queued at the same time: enough to keep workers busy between two polls. */
const WINDOW = 400;
/** Time between two polls at a run; short at first, because small runs are over soon. */
const FIRST_POLL_MS = 20;
const LONGEST_POLL_MS = 250;
/** With fewer findings under way than this a run may be over any moment. */
const NEARLY_OVER = 20;
/** Time between two messages about the progress of a run. */
const TELL_MS = 500;
/** Time without any progress after which jobs are looked for that got lost. */
const SEARCH_MS = 10_000;
/** Pause while the database cannot be reached. */
const OUTAGE_MS = 1_000;
/** What the result of a job holds; everything is in the run. */
const RESULT = { enriched: 500, failed: 100 } as const;
/** Runs that one process looks after at the same time; looking after one costs little. */
const RUNS_AT_ONCE = 8;

/**
 * Looks after bulk enrichments. A run is a row with one item per finding; this queues a job per item, a window at a time,
 * and the jobs themselves note the result. So a run survives anything, can be paused at any moment, and never fills the
 * queue.
 */
@Injectable()
export class RunEnrichmentsWorker {
  constructor(
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly runs: EnrichmentRunStore,
    private readonly enrichments: EnrichmentStore,
  ) {}

  @HandlesJob('enrich-findings', (self: RunEnrichmentsWorker) => ({
    concurrency: RUNS_AT_ONCE,
    onGivenUp: (job) => self.giveUp(job),
  }))
  async run(job: ActiveJob<'enrich-findings'>): Promise<EnrichFindingsResult> {
    const id = job.payload.run_id ?? job.id;
    try {
      const { state } = await this.runs.open(id, scopeOf(job.payload));
      // Controlled before it began.
      if (state !== 'paused' && state !== 'cancelled') await this.advance(id, job);
      return await this.outcome(id);
    } catch (error) {
      if (job.attempt >= JOBS['enrich-findings'].maxTries && !job.signal.aborted) {
        await this.runs.finish(id, 'failed', messageOf(error));
        await this.report(id);
      }
      throw error;
    }
  }

  private async giveUp({ id, payload, error }: GivenUpJob<'enrich-findings'>): Promise<void> {
    const run = payload?.run_id ?? id;
    await this.runs.finish(run, 'failed', error.message);
    await this.report(run);
  }

  /** Continues a run until it is over or stopped. */
  private async advance(id: string, job: ActiveJob<'enrich-findings'>): Promise<void> {
    const { signal } = job;
    await this.runs.begin(id);
    const run = (await this.runs.find(id))!;
    if (run.total === null) await this.runs.list(id, run.scope, signal);
    const progress = new RunProgress(job, () => this.report(id));
    let waits = false;
    for (let poll = FIRST_POLL_MS; ; poll = Math.min(poll * 1.5, LONGEST_POLL_MS)) {
      signal.throwIfAborted();
      try {
        const left = await this.step(id, progress);
        if (left === 0) return;
        if (waits) await this.runs.note(id, null);
        waits = false;
        if (left < NEARLY_OVER) poll = 2 * FIRST_POLL_MS;
      } catch (error) {
        if (!(error instanceof AppError && error.kind === 'unavailable') || signal.aborted) throw error;
        // Once a run is told why it waits, the same is not told again every second.
        if (!waits) this.logger.warn({ err: error, run: id }, 'A bulk enrichment waits');
        waits = await this.noteWaiting(id, error);
        await delay(OUTAGE_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
      }
      await delay(poll, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  /** Shows why a run waits; false when that cannot be stored either. */
  private async noteWaiting(id: string, reason: AppError): Promise<boolean> {
    try {
      await this.runs.note(id, reason.message);
      return true;
    } catch {
      // The database is what it waits for.
      return false;
    }
  }

  /** Queues what there is room for; answers how many are under way: none when the run is over or was stopped. */
  private async step(id: string, progress: RunProgress): Promise<number> {
    const run = await this.runs.find(id);
    if (run?.state !== 'active') {
      await progress.report(await this.runs.tally(id), { last: true });
      return 0;
    }
    const queued = await this.runs.queued(id);
    const taken = queued.length <= WINDOW / 2 ? await this.runs.take(id, WINDOW - queued.length) : [];
    await this.enqueue(taken);
    const left = queued.length + taken.length;
    const over = left === 0;
    if (over) await this.runs.finish(id, 'completed');
    if (over || progress.due) await progress.report(await this.runs.tally(id), { last: over });
    if (progress.stuckFor(SEARCH_MS)) await this.search(queued);
    return left;
  }

  private async enqueue(findingIds: readonly number[]): Promise<void> {
    await this.queue.enqueueMany(
      'enrich-finding-later',
      findingIds.map((finding_id) => ({ payload: { finding_id, cause: 'run' }, id: jobIdOf(finding_id) })),
    );
  }

  /** Looks after findings whose jobs may be gone: died too often, or lost with a queue that kept nothing. */
  private async search(findingIds: readonly number[]): Promise<void> {
    for (const id of findingIds) {
      const status = await this.queue.status('enrich-finding-later', jobIdOf(id));
      if (status?.state === 'failed') {
        await this.enrichments.markFailed(id, 'JOBS.FAILED', status.error ?? 'The job failed.');
      } else if (status === null || status.state === 'completed') {
        await this.enqueue([id]);
      }
    }
  }

  @HandlesJob('control-enrichment')
  async control({
    payload: { id, action, fallbacks },
  }: ActiveJob<'control-enrichment'>): Promise<ControlEnrichmentResult> {
    if ((await this.runs.find(id)) === null) {
      // Its job waits still: the run is made now, and the job will find it as it is.
      const job = await this.queue.status('enrich-findings', id);
      if (job === null) return { moved: false, state: 'unknown' };
      await this.runs.open(id, scopeOf(job.payload));
    }
    const moved = await this.runs.control(id, action, fallbacks);
    if (moved && (action === 'resume' || action === 'retry')) {
      // Another job than before: that one may be about to end because of the pause.
      await this.queue.enqueue('enrich-findings', { run_id: id }, { id: `${id}.${newId()}` });
    }
    await this.report(id);
    return { moved, state: (await this.runs.find(id))?.state ?? 'unknown' };
  }

  private async outcome(id: string): Promise<EnrichFindingsResult> {
    const run = await this.runs.find(id);
    return {
      ...(run === null ? {} : { state: run.state }),
      finding_ids: await this.runs.enriched(id, RESULT.enriched),
      failed: await this.runs.notEnriched(id, RESULT.failed),
    };
  }

  private async report(id: string): Promise<void> {
    const run = await this.runs.find(id);
    if (run === null) return;
    const { state, total } = run;
    await this.bus.publish('enrichments.progressed', [
      { id, state, total, tally: await this.runs.tally(id) },
    ]);
  }
}

/** When to tell how far a run is, and whether it moves at all. */
class RunProgress {
  private told = Number.NEGATIVE_INFINITY;
  private moved = performance.now();
  private seen = '';

  constructor(
    private readonly job: ActiveJob<'enrich-findings'>,
    private readonly publish: () => Promise<void>,
  ) {}

  get due(): boolean {
    return performance.now() - this.told >= TELL_MS;
  }

  async report(tally: EnrichmentTally, { last }: { last: boolean }): Promise<void> {
    const now = performance.now();
    this.told = now;
    const seen = JSON.stringify(tally);
    if (seen === this.seen && !last) return;
    if (seen !== this.seen) this.moved = now;
    this.seen = seen;
    const total = Object.values(tally).reduce((sum, count) => sum + count, 0);
    await this.job.progress({ done: total - tally.pending - tally.queued, total });
    await this.publish();
  }

  /** True once when nothing has moved for so long. */
  stuckFor(milliseconds: number): boolean {
    const now = performance.now();
    if (now - this.moved < milliseconds) return false;
    this.moved = now;
    return true;
  }
}

function jobIdOf(findingId: number): string {
  return `finding-${findingId}`;
}

function scopeOf({ run_id: _, ...scope }: EnrichFindingsPayload): EnrichmentScope {
  return scope;
}
