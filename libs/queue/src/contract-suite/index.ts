export { jobQueueContract } from './job-queue.contract.js';
export type { JobQueueStore, OpenOptions, WorkerProcess } from './job-queue.contract.js';
