import type { JobName, JobProgress, Jobs } from '@mcm/contracts';

/** A job that a worker is busy with. */
export interface ActiveJob<N extends JobName> {
  id: string;
  payload: Jobs[N]['payload'];
  /** 1 for the first try. */
  attempt: number;
  progress(progress: JobProgress): Promise<void>;
  /** Aborted when the worker is closing or the job was cancelled: stop soon, unfinished work comes again. */
  signal: AbortSignal;
}
export type JobHandler<N extends JobName> = (job: ActiveJob<N>) => Promise<Jobs[N]['result']>;

export type JobState = 'waiting' | 'delayed' | 'active' | 'completed' | 'failed';

export interface JobStatus<N extends JobName> {
  id: string;
  name: N;
  state: JobState;
  payload: Jobs[N]['payload'];
  progress: JobProgress | null;
  result: Jobs[N]['result'] | null;
  /** Why it failed; null otherwise. */
  error: string | null;
  tries: number;
  /** ISO 8601, UTC. */
  created_at: string;
  finished_at: string | null;
}

export interface JobCounts {
  waiting: number;
  delayed: number;
  active: number;
  completed: number;
  failed: number;
}

export interface JobWorker {
  /** Takes no further jobs, waits for those that are running; what cannot finish is given back. */
  close(): Promise<void>;
}

/**
 * Hands work to workers. What every driver promises:
 *
 * - `enqueue` resolves when the job is stored durably. A job with the id of one that is waiting, delayed or active is
 *   the same job: its id is returned, nothing is added. A job that has ended gives way to a new one with its id.
 * - A job is worked on at least once, also after a crash of the worker. A throw means another try after a growing
 *   delay, as often as the declaration of the job says; an `AppError` of kind `invalid` or `not-found` fails it at once.
 * - `waitFor` resolves with the result, rejects with `JOBS.FAILED` when the job failed for good, with `JOBS.TIMEOUT`
 *   (kind `unavailable`) when it is not done in time, with `JOBS.NOT_FOUND` when nobody knows it. It works from any
 *   process that shares the queue.
 * - Progress is visible to `status` and `waitFor`'s callback within a second.
 */
export interface JobQueue {
  enqueue<N extends JobName>(
    name: N,
    payload: Jobs[N]['payload'],
    options?: { id?: string },
  ): Promise<string>;
  enqueueMany<N extends JobName>(
    name: N,
    jobs: readonly { payload: Jobs[N]['payload']; id?: string }[],
  ): Promise<string[]>;
  work<N extends JobName>(name: N, handler: JobHandler<N>): Promise<JobWorker>;
  waitFor<N extends JobName>(name: N, id: string, options: { timeoutMs: number }): Promise<Jobs[N]['result']>;
  status<N extends JobName>(name: N, id: string): Promise<JobStatus<N> | null>;
  cancel(name: JobName, id: string): Promise<boolean>;
  counts(name: JobName): Promise<JobCounts>;
  close(): Promise<void>;
}
export const JOB_QUEUE = Symbol('JobQueue');
