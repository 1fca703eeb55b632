import { FaultReporter, type FaultLog } from '@mcm/platform';
import {
  assertKeepsKeys,
  probeWrites,
  readServer,
  RedisConnections,
  runnable,
  type Redis,
  type RedisAddress,
  type RedisScript,
} from '@mcm/redis';
import { createRedisBackend, withBackend, type JobJson } from 'bullmq';
import {
  type BullmqBackend,
  type BullmqEvents,
  type BullmqJob,
  type BullmqProcessor,
  type BullmqQueue,
  type BullmqQueueOptions,
  type BullmqWorker,
  type BullmqWorkerOptions,
} from './bullmq-backend.js';
import { DEFAULT_LOCK_MS, eventsOf, queueOptions, startWorker, workerOptions } from './backend-parts.js';
import { unreadable } from './job-data.js';
import { storeError } from './store-errors.js';

export interface RedisBackendOptions {
  address: RedisAddress;
  /** First part of all keys; default BullMQ's own, `bull`. Programs that queue jobs for us use the same. */
  prefix?: string;
  /**
   * Milliseconds after which a job whose worker has not been heard of counts as abandoned; workers renew at half of
   * it. Default 5,000. It must be longer than the event loop is ever blocked, else a job comes a second time while the
   * first is still running.
   */
  lockDurationMs?: number;
  /** Milliseconds after which asking fails when Redis does not answer; default 15,000. */
  answerMs?: number;
  log: FaultLog;
}

export const DEFAULT_QUEUE_PREFIX = 'bull';
/** Longest time that opening and closing may take when Redis does not answer. */
const OPEN_MS = 5_000;
const CLOSE_MS = 2_000;

const OnRedis = withBackend(createRedisBackend);

/**
 * Removes jobs that have ended, each with everything that belongs to it. BullMQ's own removal takes waiting jobs too:
 * between its look and its removal another process may have put a new job under the id, which would be lost.
 */
const REMOVE_ENDED: RedisScript = {
  name: 'mcmRemoveEnded',
  keys: 3,
  lua: `
    for i = 1, #ARGV do
      if redis.call('ZREM', KEYS[1], ARGV[i]) + redis.call('ZREM', KEYS[2], ARGV[i]) > 0 then
        local job = KEYS[3] .. ARGV[i]
        redis.call('DEL', job, job .. ':logs', job .. ':dependencies', job .. ':processed', job .. ':failed',
          job .. ':unsuccessful')
      end
    end`,
};

/** A worker that fails what it cannot read, where BullMQ's would stumble over the same job for ever. */
class ReadingWorker extends OnRedis.Worker<unknown, unknown, string> {
  protected override createJob(job: JobJson, id: string): BullmqJob {
    try {
      JSON.parse(job.data || '{}');
    } catch {
      return super.createJob({ ...job, data: JSON.stringify(unreadable(job.data)) }, id);
    }
    return super.createJob(job, id);
  }
}

/**
 * BullMQ on Redis. Adding and asking share one connection whose commands fail soon while Redis is away; workers share
 * one whose commands wait, and each has one more to wait for jobs with.
 */
export class RedisBackend implements BullmqBackend {
  private readonly faults: FaultReporter;
  private readonly connections: RedisConnections;
  private readonly asking: Redis;
  private readonly waiting: Redis;
  private readonly removeAll: (...args: (string | number | Buffer)[]) => Promise<unknown>;
  private readonly prefix: string;
  private readonly lockMs: number;

  constructor(private readonly options: RedisBackendOptions) {
    this.faults = new FaultReporter(options.log);
    this.prefix = options.prefix ?? DEFAULT_QUEUE_PREFIX;
    this.lockMs = options.lockDurationMs ?? DEFAULT_LOCK_MS;
    this.connections = new RedisConnections({
      address: options.address,
      name: 'mcm:job-queue',
      ...(options.answerMs !== undefined && { answerMs: options.answerMs }),
      log: options.log,
    });
    this.asking = this.connections.connect('asking');
    this.waiting = this.connections.connect('waiting');
    this.removeAll = runnable(this.asking, REMOVE_ENDED);
  }

  async ready(): Promise<void> {
    try {
      const server = await readServer(this.asking);
      assertKeepsKeys(server);
      if (!server.appendOnly) {
        this.options.log.warn(
          { version: server.version },
          'Redis keeps no append-only file: jobs that wait are lost when it restarts. Set appendonly to yes.',
        );
      }
    } catch (error) {
      throw storeError('JOBS.STORE_UNAVAILABLE', 'The job store cannot be used', error);
    }
  }

  /** Resolves when Redis takes writes; rejects with `JOBS.STORE_UNAVAILABLE` and what it says otherwise. */
  async assertWritable(): Promise<void> {
    try {
      await probeWrites(this.asking);
    } catch (error) {
      throw storeError('JOBS.STORE_UNAVAILABLE', 'Redis takes no writes', error);
    }
  }

  queue(name: string, options: BullmqQueueOptions): BullmqQueue {
    return new LateQueue(() => {
      const queue = new OnRedis.Queue<unknown, unknown, string>(name, {
        connection: this.asking,
        prefix: this.prefix,
        ...queueOptions(options),
      });
      // The shared connection tells of its own faults, and calls reject with theirs.
      queue.on('error', () => undefined);
      return queue;
    });
  }

  async worker(
    name: string,
    processor: BullmqProcessor,
    options: BullmqWorkerOptions,
  ): Promise<BullmqWorker> {
    let running = 0;
    const worker = new ReadingWorker(
      name,
      // BullMQ hands over a signal only to functions that declare three parameters.
      async (job: BullmqJob, token?: string, signal?: AbortSignal) => {
        running += 1;
        try {
          return await processor(job, token!, signal!);
        } finally {
          running -= 1;
        }
      },
      {
        connection: this.waiting,
        prefix: this.prefix,
        ...workerOptions(options, this.lockMs),
      },
    );
    const ready = () => within(OPEN_MS, worker.waitUntilReady());
    const undo = () => within(CLOSE_MS, worker.close(true)).catch(() => undefined);
    await startWorker(worker, name, options, this.faults, ready, undo);
    return {
      close: async () => {
        const closed = worker.close();
        for (;;) {
          const ended = closed.then(
            () => true,
            () => true,
          );
          if (await within(CLOSE_MS, ended).catch(() => false)) return;
          // Its remaining commands have to wait for Redis; the next worker finds the lock abandoned.
          if (running === 0 && this.waiting.status !== 'ready') return;
        }
      },
    };
  }

  events(name: string): BullmqEvents {
    const events = new OnRedis.QueueEvents<unknown>(name, { connection: this.waiting, prefix: this.prefix });
    // It waits for an answer of Redis; `close` of the backend hangs up in any case.
    const close = () => within(CLOSE_MS, events.close()).catch(() => undefined);
    return eventsOf(events, name, this.faults, close);
  }

  async removeEnded(queue: string, ids: readonly string[]): Promise<void> {
    const base = `${this.prefix}:${queue}:`;
    await this.removeAll(`${base}completed`, `${base}failed`, base, ...ids);
  }

  close(): Promise<void> {
    return this.connections.close();
  }
}

type Queue = InstanceType<typeof OnRedis.Queue<unknown, unknown, string>>;

/**
 * A queue that is made at its first use, and again when that failed: BullMQ's own waits for ever for a Redis that is
 * away while it is made.
 */
class LateQueue implements BullmqQueue {
  private made: Promise<Queue> | undefined;

  constructor(private readonly make: () => Queue) {}

  readonly add: BullmqQueue['add'] = async (...args) => (await this.queue()).add(...args);
  readonly addBulk: BullmqQueue['addBulk'] = async (...args) => (await this.queue()).addBulk(...args);
  readonly getJob: BullmqQueue['getJob'] = async (...args) => (await this.queue()).getJob(...args);
  readonly getJobState: BullmqQueue['getJobState'] = async (...args) =>
    (await this.queue()).getJobState(...args);
  readonly getJobCounts: BullmqQueue['getJobCounts'] = async (...args) =>
    (await this.queue()).getJobCounts(...args);

  async close(): Promise<void> {
    const queue = await this.made?.catch(() => undefined);
    await queue?.close();
  }

  private queue(): Promise<Queue> {
    return (this.made ??= this.begin().catch((error: unknown) => {
      this.made = undefined;
      throw error;
    }));
  }

  private async begin(): Promise<Queue> {
    const queue = this.make();
    try {
      await within(OPEN_MS, queue.waitUntilReady());
      return queue;
    } catch (error) {
      await queue.close();
      throw error;
    }
  }
}

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
