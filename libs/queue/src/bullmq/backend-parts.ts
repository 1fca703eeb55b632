import type { FaultReporter } from '@mcm/platform';
import {
  type BullmqEvents,
  type BullmqJob,
  type BullmqQueueOptions,
  type BullmqWorkerOptions,
  MAX_STALLED_COUNT,
} from './bullmq-backend.js';
import { storeError } from './store-errors.js';

/** Default of the time after which a job whose worker has not been heard of counts as abandoned; milliseconds. */
export const DEFAULT_LOCK_MS = 5_000;
/** Seconds for which an idle worker trusts the store to wake it before it looks for delayed and abandoned jobs itself. */
const IDLE_POLL_SECONDS = 5;
const RECONNECT_MS = 1_000;

/** BullMQ's options of a queue, apart from the connection. */
export function queueOptions({ defaultJobOptions, keepEvents }: BullmqQueueOptions) {
  return {
    ...(defaultJobOptions && { defaultJobOptions }),
    streams: { events: { maxLen: keepEvents } },
  };
}

/** BullMQ's options of a worker, apart from the connection. */
export function workerOptions(options: BullmqWorkerOptions, lockMs: number) {
  const { concurrency, removeOnComplete, removeOnFail, backoff } = options;
  return {
    autorun: false,
    concurrency,
    drainDelay: IDLE_POLL_SECONDS,
    runRetryDelay: RECONNECT_MS,
    lockDuration: lockMs,
    stalledInterval: Math.ceil(lockMs * 0.4),
    maxStalledCount: MAX_STALLED_COUNT,
    ...(removeOnComplete !== undefined && { removeOnComplete }),
    ...(removeOnFail !== undefined && { removeOnFail }),
    ...(backoff && {
      settings: {
        backoffStrategy: (made: number, _type?: string, error?: Error) => backoff(made, error),
      },
    }),
  };
}

/** What {@link startWorker} needs of BullMQ's `Worker`, whatever store that is on. */
interface StartableWorker {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'completed', listener: (job: BullmqJob) => void): unknown;
  on(event: 'failed', listener: (job: BullmqJob | undefined, error: Error) => void): unknown;
  run(): Promise<void>;
}

/**
 * Starts a worker that was made with {@link workerOptions}; resolves when it takes jobs.
 *
 * @param ready resolves when the worker can use its store
 * @param undo frees the worker when it cannot
 */
export async function startWorker(
  worker: StartableWorker,
  name: string,
  { takesFrom, onTryEnded }: BullmqWorkerOptions,
  faults: FaultReporter,
  ready: () => Promise<unknown>,
  undo: () => Promise<unknown>,
): Promise<void> {
  worker.on('error', (error) => faults.report(`worker of ${name}`, error));
  worker.on('completed', (job) => onTryEnded?.(job, null));
  worker.on('failed', (job, error) => {
    if (job) onTryEnded?.(job, error);
  });
  try {
    await ready();
  } catch (error) {
    await undo();
    throw storeError('JOBS.STORE_UNAVAILABLE', `A worker of ${name} cannot reach its store`, error);
  }
  const taking = takesFrom ? takesFrom.then(() => worker.run()) : worker.run();
  taking.catch((error: unknown) => faults.report(`worker of ${name}`, error));
}

/** What {@link eventsOf} needs of BullMQ's `QueueEvents`. */
interface EventSource {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'completed' | 'failed' | 'progress', listener: (news: { jobId: string }) => void): unknown;
}

/** What we use of a queue's events. */
export function eventsOf(
  events: EventSource,
  name: string,
  faults: FaultReporter,
  close: () => Promise<void>,
): BullmqEvents {
  events.on('error', (error) => faults.report(`events of ${name}`, error));
  return {
    onNews: (listener) => {
      events.on('completed', ({ jobId }) => listener(jobId));
      events.on('failed', ({ jobId }) => listener(jobId));
      events.on('progress', ({ jobId }) => listener(jobId));
    },
    close,
  };
}
