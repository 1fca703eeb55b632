export { PostgresJobQueue } from './postgres-job-queue.js';
export type { PostgresJobQueueOptions } from './postgres-job-queue.js';
export type { PostgresAccess } from '../../bullmq/postgres-backend.js';
