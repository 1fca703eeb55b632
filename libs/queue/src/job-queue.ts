import type { JobName, JobProgress, Jobs } from '@mcm/contracts';
import type { AppError } from '@mcm/kernel';

/** A job that a worker is busy with. */
export interface ActiveJob<N extends JobName> {
  id: string;
  payload: Jobs[N]['payload'];
  /** 1 for the first try; tries that ended with the death of their process count too. */
  attempt: number;
  /** Makes progress visible; resolves when it is stored. */
  progress(progress: JobProgress): Promise<void>;
  /**
   * Aborted when the worker is closing or the job was cancelled: stop soon, by throwing. What was given up because of
   * closing comes again without counting as a try; what was cancelled has failed for good.
   */
  signal: AbortSignal;
}
/** Does the work of one job and returns its result, a JSON value. */
export type JobHandler<N extends JobName> = (job: ActiveJob<N>) => Promise<Jobs[N]['result']>;

export type JobState = 'waiting' | 'delayed' | 'active' | 'completed' | 'failed';

/** What is known about a job. */
export interface JobStatus<N extends JobName> {
  id: string;
  name: N;
  state: JobState;
  payload: Jobs[N]['payload'];
  progress: JobProgress | null;
  result: Jobs[N]['result'] | null;
  /** Why it failed, or why its last try did; null otherwise. */
  error: string | null;
  /** Tries begun so far. */
  tries: number;
  /** ISO 8601, UTC. */
  created_at: string;
  finished_at: string | null;
}

/** Jobs of one name by state; ended ones count until their time of keeping is over. */
export interface JobCounts {
  waiting: number;
  delayed: number;
  active: number;
  completed: number;
  failed: number;
}

/** A worker that is taking jobs. */
export interface JobWorker {
  /**
   * Takes no further jobs and waits for those that are running, whose signal is aborted; what they give up is given
   * back immediately. A handler that goes on for ever is left behind after a while; its job comes again later.
   */
  close(): Promise<void>;
}

export interface EnqueueOptions {
  /**
   * Identity of the job: 1 to 128 letters, digits, `.`, `_`, `-` or `~`, starting with a letter or digit, not digits
   * alone. Random when absent.
   */
  id?: string;
}

/** A job that fails because it lost its process too often. */
export interface GivenUpJob<N extends JobName> {
  id: string;
  /** Undefined when it cannot be read. */
  payload: Jobs[N]['payload'] | undefined;
  /** `JOBS.PROCESS_DIED` or `JOBS.NOT_RESUMED`, with a sentence. */
  error: AppError;
}

export interface WorkOptions<N extends JobName> {
  /** Jobs worked on at the same time by this process; default: what the declaration of the job says. */
  concurrency?: number;
  /**
   * Called in place of the handler when a job is given up because it lost its process too often, before it fails: for
   * what else has to know. At least once, like a handler; a throw is a failed try.
   */
  onGivenUp?: (job: GivenUpJob<N>) => Promise<void>;
}

export interface WaitOptions {
  timeoutMs: number;
  /** Told about each change of progress that is seen while waiting. */
  onProgress?: (progress: JobProgress) => void;
}

/**
 * Hands work to workers. What every driver promises:
 *
 * - `enqueue` resolves when the job is stored durably. A job with the id of one that is waiting, delayed or active is
 *   the same job: its id is returned, nothing is added. A job that has ended gives way to a new one with its id.
 *   `enqueueMany` does the same for each of its jobs, in order.
 * - Ids that break the rule of {@link EnqueueOptions.id} are refused with `JOBS.BAD_ID` (kind `invalid`) everywhere.
 * - Payload and result are JSON values and come back as they went in, any text included, up to some tens of megabytes.
 * - A job is worked on at least once, also after a crash of the worker: another worker, or the same after its restart,
 *   takes it within seconds. A throw means another try after a growing delay, as often as the declaration of the job
 *   says; an `AppError` of kind `invalid` or `not-found` fails it immediately.
 * - A job whose worker process dies more often than the declaration's `maxDeaths` fails with `JOBS.PROCESS_DIED` and is
 *   not begun again. A process that says nothing for as long as a job's lock lasts counts as dead. With `maxDeaths` 0 a
 *   job that a closing worker gives up fails with `JOBS.NOT_RESUMED`.
 * - `waitFor` resolves with the result, rejects with `JOBS.FAILED` (kind `internal`) when the job failed for good, with
 *   `JOBS.TIMEOUT` (kind `unavailable`) when it is not done in time, with `JOBS.NOT_FOUND` (kind `not-found`) when
 *   it is unknown. It works from any process that shares the queue.
 * - Progress is visible to `status` and `waitFor`'s callback within a second.
 * - `cancel` answers true when the job was pending. One that waits is removed and was never there. For one that is
 *   active the worker's signal is aborted, within seconds also in another process, and the job fails with
 *   `JOBS.CANCELLED` as soon as its handler throws; a handler that returns in spite of it has completed the job.
 * - What is ended can be asked for during the declaration's `keepSeconds`.
 * - When the store cannot be reached, calls reject with `JOBS.STORE_UNAVAILABLE` (kind `unavailable`); workers go on
 *   by themselves when it is back.
 * - `close` closes the workers in order and then frees everything.
 */
export interface JobQueue {
  enqueue<N extends JobName>(name: N, payload: Jobs[N]['payload'], options?: EnqueueOptions): Promise<string>;
  enqueueMany<N extends JobName>(
    name: N,
    jobs: readonly ({ payload: Jobs[N]['payload'] } & EnqueueOptions)[],
  ): Promise<string[]>;
  /**
   * Starts a worker in this process; resolves when it can take jobs. It takes them immediately, or when the process has
   * started where its host holds them back until then.
   */
  work<N extends JobName>(name: N, handler: JobHandler<N>, options?: WorkOptions<N>): Promise<JobWorker>;
  waitFor<N extends JobName>(name: N, id: string, options: WaitOptions): Promise<Jobs[N]['result']>;
  /** Null when the job is unknown (or no longer kept). */
  status<N extends JobName>(name: N, id: string): Promise<JobStatus<N> | null>;
  cancel(name: JobName, id: string): Promise<boolean>;
  counts(name: JobName): Promise<JobCounts>;
  close(): Promise<void>;
}
export const JOB_QUEUE = Symbol('JobQueue');
