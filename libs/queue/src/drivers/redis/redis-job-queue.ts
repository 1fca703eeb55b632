import { BullmqJobQueue, type BullmqJobQueueOptions } from '../../bullmq/bullmq-job-queue.js';
import { RedisBackend, type RedisBackendOptions } from '../../bullmq/redis-backend.js';

/** Options of {@link RedisJobQueue}. */
export type RedisJobQueueOptions = RedisBackendOptions & Omit<BullmqJobQueueOptions, 'backend'>;

/** The job queue on Redis. Any number of processes may share one Redis, programs that use BullMQ itself among them. */
export class RedisJobQueue extends BullmqJobQueue {
  private constructor(
    options: RedisJobQueueOptions,
    private readonly redis: RedisBackend,
  ) {
    super({ ...options, backend: redis });
  }

  /**
   * A queue whose store was seen to work; rejects with `JOBS.STORE_UNAVAILABLE` when no Redis answers, and with
   * `REDIS.EVICTS` when it may throw jobs away.
   */
  static async open(options: RedisJobQueueOptions): Promise<RedisJobQueue> {
    return new RedisJobQueue(options, new RedisBackend(options)).opened();
  }

  /** Resolves when a job could be stored now; rejects with `JOBS.STORE_UNAVAILABLE` otherwise. */
  assertWritable(): Promise<void> {
    return this.redis.assertWritable();
  }
}
