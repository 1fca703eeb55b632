export { FaultReporter } from '@mcm/platform';
export type { FaultLog } from '@mcm/platform';
export { checkJobId } from './job-id.js';
export * from './job-queue.js';
export { JobSpy } from './job-spy.js';
export type { JobMatch } from './job-spy.js';
export type { JobTransition } from './job-transition.js';
export { HandlesJob } from './nest/handles-job.decorator.js';
export { JobHandlers, requireOneHandlerEach } from './nest/job-handlers.js';
