export { FaultReporter } from './fault-log.js';
export type { FaultLog } from './fault-log.js';
export { checkJobId } from './job-id.js';
export * from './job-queue.js';
export { JobSpy } from './job-spy.js';
export type { JobMatch } from './job-spy.js';
export type { JobTransition } from './job-transition.js';
