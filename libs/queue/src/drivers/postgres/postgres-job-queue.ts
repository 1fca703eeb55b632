import { BullmqJobQueue, type BullmqJobQueueOptions } from '../../bullmq/bullmq-job-queue.js';
import { PostgresBackend, type PostgresBackendOptions } from '../../bullmq/postgres-backend.js';

/** Options of {@link PostgresJobQueue}. */
export type PostgresJobQueueOptions = PostgresBackendOptions & Omit<BullmqJobQueueOptions, 'backend'>;

/** The job queue on PostgreSQL. Any number of processes may share one database. */
export class PostgresJobQueue extends BullmqJobQueue {
  constructor(options: PostgresJobQueueOptions) {
    super({ ...options, backend: new PostgresBackend(options) });
  }

  /** Creates or updates the tables; run it before the first queue is opened. */
  static migrate(options: PostgresBackendOptions): Promise<void> {
    return PostgresBackend.migrate(options);
  }

  /** A queue whose store was seen to work; rejects with `JOBS.STORE_UNAVAILABLE` otherwise. */
  static async open(options: PostgresJobQueueOptions): Promise<PostgresJobQueue> {
    return new PostgresJobQueue(options).opened();
  }
}
