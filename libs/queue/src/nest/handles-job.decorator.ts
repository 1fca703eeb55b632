import 'reflect-metadata';
import type { JobName } from '@mcm/contracts';
import type { JobHandler, WorkOptions } from '../job-queue.js';

const HANDLED_JOBS = Symbol('handled-jobs');

/** A method that handles the jobs of one name. */
export interface HandledJob {
  readonly job: JobName;
  readonly method: string | symbol;
  readonly optionsOf?: ((self: object) => WorkOptions<JobName>) | undefined;
}

/**
 * Makes a method of a provider the handler of all jobs of one name: it is given an `ActiveJob` and keeps the promises of a
 * {@link JobHandler}. Its module has to provide `JobHandlers`, which starts and stops the worker.
 *
 * @param optionsOf how the worker works, where that depends on the provider; read when the worker starts
 */
export function HandlesJob<N extends JobName, T extends object>(
  job: N,
  optionsOf?: (self: T) => WorkOptions<N>,
) {
  return (target: T, method: string | symbol, _handler: { value?: JobHandler<N> }): void => {
    const handled: HandledJob = { job, method, optionsOf: optionsOf as HandledJob['optionsOf'] };
    Reflect.defineMetadata(HANDLED_JOBS, [...handledJobs(target), handled], target.constructor);
  };
}

/** The jobs that the methods of an object handle. */
export function handledJobs(provider: object): readonly HandledJob[] {
  const jobs: unknown = Reflect.getMetadata(HANDLED_JOBS, provider.constructor);
  return (jobs as HandledJob[] | undefined) ?? [];
}
