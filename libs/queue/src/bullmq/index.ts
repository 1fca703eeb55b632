/** Building blocks over BullMQ for drivers, of this package and of the event bus; services use the ports. */
export type * from './bullmq-backend.js';
export { BullmqJobQueue } from './bullmq-job-queue.js';
export type { BullmqJobQueueOptions } from './bullmq-job-queue.js';
export { DEFAULT_QUEUE_SCHEMA, PostgresBackend } from './postgres-backend.js';
export type { PostgresAccess, PostgresBackendOptions } from './postgres-backend.js';
export { DEFAULT_QUEUE_PREFIX, RedisBackend } from './redis-backend.js';
export type { RedisBackendOptions } from './redis-backend.js';
export { storableText, storeError } from './store-errors.js';
export { DelayedError } from 'bullmq';
