import { type JobName, JOBS } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { type ActiveJob, JOB_QUEUE, type JobQueue, type JobWorker } from '../job-queue.js';
import { type HandledJob, handledJobs } from './handles-job.decorator.js';

/** A provider with one of the jobs that it handles. */
interface FoundHandler {
  readonly provider: object;
  readonly handled: HandledJob;
}

/** Starts a worker for each method with `HandlesJob` in the module that provides this, and closes them with the process. */
@Injectable()
export class JobHandlers implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly workers: JobWorker[] = [];

  constructor(
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
    private readonly modules: ModulesContainer,
  ) {}

  /** @throws AppError `JOBS.HANDLER_INVALID` (kind `conflict`) when two methods of the process handle the same job */
  async onApplicationBootstrap(): Promise<void> {
    requireOneHandlerEach(this.modules);
    for (const module of this.modules.values()) {
      const providers = providersOf(module);
      if (!providers.includes(this)) continue;
      for (const handler of handlersIn(providers)) this.workers.push(await this.work(handler));
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.close()));
  }

  private work({ provider, handled: { job, method, optionsOf } }: FoundHandler): Promise<JobWorker> {
    const methods = provider as Record<string | symbol, (job: ActiveJob<JobName>) => Promise<never>>;
    return this.queue.work(job, (active) => methods[method]!(active), optionsOf?.(provider));
  }
}

/**
 * Checks the handlers of a process.
 *
 * @param complete for a process with all services: each job must have a handler, too
 * @throws AppError `JOBS.HANDLER_INVALID` (kind `conflict`)
 */
export function requireOneHandlerEach(modules: ModulesContainer, { complete = false } = {}): void {
  const found = [...modules.values()].flatMap((module) => handlersIn(providersOf(module)));
  for (const job of Object.keys(JOBS) as JobName[]) {
    const count = found.filter(({ handled }) => handled.job === job).length;
    if (count > 1) throw invalid(job, `it has ${count} handlers`);
    if (count === 0 && complete) throw invalid(job, 'it has no handler');
  }
}

function handlersIn(providers: readonly object[]): FoundHandler[] {
  return providers.flatMap((provider) => handledJobs(provider).map((handled) => ({ provider, handled })));
}

/** What a module makes itself: an alias is a provider of another one. */
function providersOf(module: ModuleOf<ModulesContainer>): object[] {
  const instances = [...module.providers.values()]
    .filter(({ isAlias }) => !isAlias)
    .map(({ instance }): unknown => instance)
    .filter((instance) => typeof instance === 'object' && instance !== null);
  return [...new Set(instances)];
}

type ModuleOf<T> = T extends Map<string, infer M> ? M : never;

function invalid(job: JobName, fault: string): AppError {
  return new AppError('conflict', 'JOBS.HANDLER_INVALID', `Job ${job}: ${fault}`);
}
