import type { Job, KeepJobs, Queue, Worker } from 'bullmq';

/** What we use of BullMQ's `Queue`, whatever it stands on. */
export type BullmqQueue = Pick<
  Queue<unknown, unknown, string, unknown, unknown, string>,
  'add' | 'addBulk' | 'getJob' | 'getJobState' | 'getJobCounts' | 'close'
>;
/** What we use of BullMQ's `Worker`. */
export type BullmqWorker = Pick<Worker<unknown, unknown, string>, 'close'>;
/** What we use of BullMQ's `QueueEvents`: less than it says. */
export interface BullmqEvents {
  /** Called with the id of a job that completed, failed or made progress. */
  onNews(listener: (jobId: string) => void): void;
  close(): Promise<void>;
}
/** A job of a {@link BullmqQueue}. */
export type BullmqJob = Job<unknown, unknown, string>;

/** Lifetime of the ended jobs and the like; the same for every backend. */
export interface BullmqQueueOptions {
  defaultJobOptions?: {
    attempts: number;
    backoff: { type: string; delay?: number };
    removeOnComplete: boolean | KeepJobs;
    removeOnFail: boolean | KeepJobs;
    stackTraceLimit: number;
  };
  /** Lines of the queue's event stream that are kept. */
  keepEvents: number;
}

export interface BullmqWorkerOptions {
  concurrency: number;
  /** No job is taken before it resolves; default: from the beginning. */
  takesFrom?: Promise<unknown>;
  /** Delay in milliseconds before the next try, for jobs whose backoff is `{type: 'custom'}`. */
  backoff?: (attemptsMade: number, error: unknown) => number;
  /** Which ended jobs are kept whose own options do not say it: those that other programs queued. */
  removeOnComplete?: KeepJobs;
  removeOnFail?: KeepJobs;
  /** Called when the end of a try is stored: `job.finishedOn` says whether it was the last. */
  onTryEnded?: (job: BullmqJob, error: Error | null) => void;
}

/**
 * Lets BullMQ hand over a job however often it lost its process, counted in `job.stalledCounter`: who works on it judges,
 * with a reason of its own, where BullMQ would fail it without telling the processor.
 */
export const MAX_STALLED_COUNT = 2_000_000_000;

/** Works on one job; `token` proves to the store that this worker holds it. */
export type BullmqProcessor = (job: BullmqJob, token: string, signal: AbortSignal) => Promise<unknown>;

/**
 * What our code needs from a store under BullMQ: the same classes over another backend, and the few things for which
 * BullMQ has no call. One per process and store; a driver picks it.
 */
export interface BullmqBackend {
  /** Checks that the store can be reached and fits; rejects with `unavailable` otherwise. */
  ready(): Promise<void>;
  /** A handle to add and ask with. Close it before the backend. */
  queue(name: string, options: BullmqQueueOptions): BullmqQueue;
  /** Starts a worker; resolves when it takes jobs. */
  worker(name: string, processor: BullmqProcessor, options: BullmqWorkerOptions): Promise<BullmqWorker>;
  /** The queue's event stream from now on. */
  events(name: string): BullmqEvents;
  /** Removes those of the jobs that have ended, each atomically; leaves the others alone. */
  removeEnded(queue: string, ids: readonly string[]): Promise<void>;
  /** Frees the connections; queues, workers and events are closed already. */
  close(): Promise<void>;
}
