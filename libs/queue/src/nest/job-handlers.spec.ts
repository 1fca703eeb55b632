import { type JobName, JOBS } from '@mcm/contracts';
import { Module } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { type ActiveJob, JOB_QUEUE, type JobHandler, type WorkOptions } from '../job-queue.js';
import { HandlesJob } from './handles-job.decorator.js';
import { JobHandlers, requireOneHandlerEach } from './job-handlers.js';

class Advancing {
  readonly atOnce = 3;
  readonly seen: string[] = [];

  @HandlesJob('advance-rules', (self: Advancing) => ({ concurrency: self.atOnce }))
  async advance({ id }: ActiveJob<'advance-rules'>) {
    this.seen.push(id);
    return { findings: this.seen.length };
  }
}

class Expiring {
  @HandlesJob('remove-dead-letters')
  async expire() {
    return { removed: 1, more: false };
  }
}

class ExpiringAgain {
  @HandlesJob('remove-dead-letters')
  async expire() {
    return { removed: 2, more: false };
  }
}

/** Keeps what is handed to a queue as its workers. */
class WorkersOfQueue {
  readonly handlers = new Map<JobName, JobHandler<JobName>>();
  readonly options = new Map<JobName, WorkOptions<JobName> | undefined>();

  async work(name: JobName, handler: JobHandler<JobName>, options?: WorkOptions<JobName>) {
    this.handlers.set(name, handler);
    this.options.set(name, options);
    return { close: async () => void this.handlers.delete(name) };
  }
}

describe('JobHandlers', () => {
  const queue = new WorkersOfQueue();
  const start = async (...services: (new () => object)[][]) => {
    const imports = services.map((providers) => {
      class Service {}
      Module({ providers: [JobHandlers, ...providers, { provide: JOB_QUEUE, useValue: queue }] })(Service);
      return Service;
    });
    class Root {}
    Module({ imports })(Root);
    return NestFactory.createApplicationContext(Root, { logger: false, abortOnError: false });
  };

  it('start a worker for each method, which is called as a method, and close it with the process', async () => {
    const app = await start([Advancing], [Expiring]);
    expect([...queue.handlers.keys()].sort()).toEqual(['advance-rules', 'remove-dead-letters']);
    expect(queue.options.get('advance-rules')).toEqual({ concurrency: 3 });
    const job = { id: 'advance' } as ActiveJob<JobName>;
    expect(await queue.handlers.get('advance-rules')!(job)).toEqual({ findings: 1 });
    expect(app.get(Advancing, { strict: false }).seen).toEqual(['advance']);
    await app.close();
    expect(queue.handlers.size).toBe(0);
  });

  it.each([
    ['in one module', [[Expiring, ExpiringAgain]]],
    ['in two modules', [[Expiring], [ExpiringAgain]]],
  ])('refuse two handlers of a job %s', async (_where, services) => {
    await expect(start(...services)).rejects.toMatchObject({
      code: 'JOBS.HANDLER_INVALID',
      message: 'Job remove-dead-letters: it has 2 handlers',
    });
  });

  it('can be asked for one for each job', async () => {
    const app = await start([Expiring]);
    const modules = app.get(ModulesContainer);
    const first = Object.keys(JOBS)[0]!;
    expect(() => requireOneHandlerEach(modules, { complete: true })).toThrow(
      `Job ${first}: it has no handler`,
    );
    expect(() => requireOneHandlerEach(modules)).not.toThrow();
    await app.close();
  });
});
