import { JOBS, type JobDeclaration, type JobName, type Jobs } from '@mcm/contracts';
import { AppError, newId } from '@mcm/kernel';
import { FaultReporter, type FaultLog, traceCarrier } from '@mcm/platform';
import { checkJobId } from '../job-id.js';
import type {
  EnqueueOptions,
  JobCounts,
  JobHandler,
  JobQueue,
  JobStatus,
  JobWorker,
  WaitOptions,
  WorkOptions,
} from '../job-queue.js';
import type { JobTransition } from '../job-transition.js';
import type { BullmqBackend, BullmqEvents, BullmqQueue } from './bullmq-backend.js';
import { encodeJobData, markCancelled } from './job-data.js';
import { JobRunner } from './job-runner.js';
import { readStatus } from './job-status.js';
import { JobWaiters } from './job-waiters.js';
import { traceInJob } from './job-trace.js';
import { storeError } from './store-errors.js';

export interface BullmqJobQueueOptions {
  /** Closed together with the queue. */
  backend: BullmqBackend;
  log: FaultLog;
  /** Default: the declarations of the contracts. */
  declarations?: Readonly<Record<JobName, JobDeclaration>>;
  /** Told about each step of a job that this process takes part in, after it is stored. */
  onTransition?: (transition: JobTransition) => void;
  /** Workers take no job before it resolves; absent: from the beginning. */
  jobsFrom?: Promise<unknown>;
  /** Milliseconds for which `close` waits for running handlers; default 30,000. */
  closeTimeoutMs?: number;
}

const CLOSE_TIMEOUT_MS = 30_000;
/** Lines of the event stream per queue: enough for a listener that lags by a second. */
const KEEP_EVENTS = 2_000;
/** A store that is full, or a model that is away, is tried again this often whatever happened before. */
const LONGEST_RETRY_DELAY_MS = 60_000;
/** Ended jobs of a kind that are kept at most, whatever their age: they take about two kilobytes each. */
const KEEP_ENDED = 1_000;
/** Most jobs in one statement. */
const BULK_SIZE = 500;
/** Longest time between polls of a job that a caller waits for, in case its event got lost. */
const LONGEST_POLL_MS = 1_000;
const FIRST_POLL_MS = 50;

/** The {@link JobQueue} over BullMQ, on whatever backend a driver gives it. One BullMQ queue per job name. */
export class BullmqJobQueue implements JobQueue {
  private readonly declarations: Readonly<Record<JobName, JobDeclaration>>;
  private readonly faults: FaultReporter;
  private readonly queues = new Map<JobName, BullmqQueue>();
  private readonly events = new Map<JobName, BullmqEvents>();
  private readonly waiters = new JobWaiters();
  private readonly runners = new Map<JobRunner<JobName>, { name: JobName; worker: JobWorker }>();
  private closing: Promise<void> | undefined;

  constructor(private readonly options: BullmqJobQueueOptions) {
    this.declarations = options.declarations ?? JOBS;
    this.faults = new FaultReporter(options.log);
  }

  /** Resolves with this queue when its store was seen to work; closes it and rejects with `JOBS.STORE_UNAVAILABLE` otherwise. */
  async opened(): Promise<this> {
    try {
      await this.options.backend.ready();
      return this;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async enqueue<N extends JobName>(
    name: N,
    payload: Jobs[N]['payload'],
    options: EnqueueOptions = {},
  ): Promise<string> {
    const [id] = await this.enqueueMany(name, [{ payload, ...options }]);
    return id!;
  }

  async enqueueMany<N extends JobName>(
    name: N,
    jobs: readonly ({ payload: Jobs[N]['payload'] } & EnqueueOptions)[],
  ): Promise<string[]> {
    const entries = jobs.map((job) => ({
      named: job.id !== undefined,
      id: job.id === undefined ? newId() : checkJobId(job.id),
      payload: job.payload,
      data: encodeJobData(job.payload, 'payload'),
    }));
    const queue = this.queue(name);
    const carrier = traceCarrier();
    const telemetry = carrier && traceInJob(carrier);
    for (let start = 0; start < entries.length; start += BULK_SIZE) {
      const part = entries.slice(start, start + BULK_SIZE);
      const named = part.filter((entry) => entry.named).map((entry) => entry.id);
      await this.asking(`${name} could not be queued`, async () => {
        if (named.length > 0) await this.options.backend.removeEnded(name, named);
        const rows = part.map(({ id, data }) => ({
          name,
          data,
          opts: { jobId: id, ...(telemetry && { telemetry }) },
        }));
        const only = rows.length === 1 ? rows[0] : undefined;
        if (only) await queue.add(only.name, only.data, only.opts);
        else await queue.addBulk(rows);
      });
      for (const { id, payload } of part) this.passOn({ name, id, state: 'waiting', payload });
    }
    return entries.map((entry) => entry.id);
  }

  async work<N extends JobName>(
    name: N,
    handler: JobHandler<N>,
    options: WorkOptions<N> = {},
  ): Promise<JobWorker> {
    this.assertOpen();
    const declaration = this.declarations[name];
    const runner = new JobRunner<N>({
      name,
      declaration,
      handler,
      ...(options.onGivenUp && { onGivenUp: options.onGivenUp }),
      queue: this.queue(name),
      faults: this.faults,
      log: this.options.log,
      onTransition: (transition) => this.passOn(transition),
    });
    const bullmq = await this.options.backend.worker(
      name,
      (job, token, signal) => runner.run(job, token, signal),
      {
        concurrency: options.concurrency ?? declaration.concurrency,
        ...(this.options.jobsFrom && { takesFrom: this.options.jobsFrom }),
        ...keeping(declaration),
        backoff: (made) => Math.min(declaration.retryDelayMs * 2 ** (made - 1), LONGEST_RETRY_DELAY_MS),
        onTryEnded: (job, error) => runner.ended(job, error),
      },
    );
    let closing: Promise<void> | undefined;
    const worker: JobWorker = {
      close: () =>
        (closing ??= (async () => {
          runner.stop();
          await this.withinCloseTime(name, bullmq.close());
          this.runners.delete(runner as unknown as JobRunner<JobName>);
        })()),
    };
    this.runners.set(runner as unknown as JobRunner<JobName>, { name, worker });
    return worker;
  }

  async waitFor<N extends JobName>(name: N, id: string, options: WaitOptions): Promise<Jobs[N]['result']> {
    checkJobId(id);
    this.listen(name);
    const deadline = Date.now() + options.timeoutMs;
    const bell = this.waiters.listen(keyOf(name, id));
    let shown = 'null';
    try {
      for (let poll = FIRST_POLL_MS; ; poll = Math.min(poll * 2, LONGEST_POLL_MS)) {
        const status = await this.status(name, id);
        if (!status) throw new AppError('not-found', 'JOBS.NOT_FOUND', `There is no job ${name} ${id}`);
        const progress = JSON.stringify(status.progress);
        if (status.progress && progress !== shown) options.onProgress?.(status.progress);
        shown = progress;
        if (status.state === 'completed') return status.result as Jobs[N]['result'];
        if (status.state === 'failed') {
          throw new AppError('internal', 'JOBS.FAILED', `The job ${name} ${id} failed: ${status.error}`);
        }
        const left = deadline - Date.now();
        if (left <= 0) {
          throw new AppError(
            'unavailable',
            'JOBS.TIMEOUT',
            `The job ${name} ${id} is ${status.state} after ${options.timeoutMs} ms`,
            { retryAfterSeconds: 1 },
          );
        }
        await bell.next(Math.min(left, poll));
      }
    } finally {
      bell.close();
    }
  }

  async status<N extends JobName>(name: N, id: string): Promise<JobStatus<N> | null> {
    checkJobId(id);
    const queue = this.queue(name);
    return this.asking(`${name} could not be looked up`, () => readStatus(queue, name, id));
  }

  async cancel(name: JobName, id: string): Promise<boolean> {
    checkJobId(id);
    const queue = this.queue(name);
    return this.asking(`${name} could not be cancelled`, async () => {
      const job = await queue.getJob(id);
      if (!job) return false;
      const state = await queue.getJobState(id);
      if (state === 'completed' || state === 'failed' || state === 'unknown') return false;
      // The note comes first: a worker that starts the job from now on sees it, a worker that runs it polls for it.
      await job.updateData(markCancelled(job.data));
      if (state !== 'active') {
        const removed = await job.remove().then(
          () => true,
          // A worker was quicker; it holds the job now.
          () => false,
        );
        if (removed) {
          this.waiters.ring(keyOf(name, id));
          return true;
        }
      }
      for (const [runner, each] of this.runners) if (each.name === name) runner.cancel(id);
      return true;
    });
  }

  async counts(name: JobName): Promise<JobCounts> {
    const queue = this.queue(name);
    return this.asking(`${name} could not be counted`, async () => {
      const counts = await queue.getJobCounts(
        'waiting',
        'prioritized',
        'delayed',
        'active',
        'completed',
        'failed',
      );
      const of = (state: string): number => counts[state] ?? 0;
      return {
        waiting: of('waiting') + of('prioritized'),
        delayed: of('delayed'),
        active: of('active'),
        completed: of('completed'),
        failed: of('failed'),
      };
    });
  }

  close(): Promise<void> {
    this.closing ??= (async () => {
      await Promise.all([...this.runners.values()].map(({ worker }) => worker.close()));
      await Promise.all([...this.events.values()].map((events) => events.close()));
      await Promise.all([...this.queues.values()].map((queue) => queue.close()));
      await this.options.backend.close();
    })();
    return this.closing;
  }

  private queue(name: JobName): BullmqQueue {
    this.assertOpen();
    let queue = this.queues.get(name);
    if (!queue) {
      const declaration = this.declarations[name];
      queue = this.options.backend.queue(name, {
        defaultJobOptions: {
          attempts: declaration.maxTries,
          backoff: { type: 'custom' },
          ...keeping(declaration),
          // The reason is kept; stack traces of handlers belong into the log of their process.
          stackTraceLimit: 0,
        },
        keepEvents: KEEP_EVENTS,
      });
      this.queues.set(name, queue);
    }
    return queue;
  }

  /** News of jobs that other processes work on; those of this process ring by themselves. */
  private listen(name: JobName): void {
    this.assertOpen();
    if (this.events.has(name)) return;
    const events = this.options.backend.events(name);
    events.onNews((id) => this.waiters.ring(keyOf(name, id)));
    this.events.set(name, events);
  }

  private passOn(transition: JobTransition): void {
    this.waiters.ring(keyOf(transition.name, transition.id));
    this.options.onTransition?.(transition);
  }

  private assertOpen(): void {
    if (this.closing) throw new AppError('unavailable', 'JOBS.CLOSED', 'The job queue is closed');
  }

  private async asking<T>(doing: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw storeError('JOBS.STORE_UNAVAILABLE', doing, error);
    }
  }

  private async withinCloseTime(name: JobName, closing: Promise<void>): Promise<void> {
    const limit = this.options.closeTimeoutMs ?? CLOSE_TIMEOUT_MS;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), limit);
    });
    const outcome = await Promise.race([closing, late]);
    clearTimeout(timer);
    if (outcome === 'late') {
      this.options.log.warn(
        { name },
        `A handler of ${name} did not end within ${limit} ms and is left behind`,
      );
    }
  }
}

/** Which ended jobs stay in the store, and for how long. */
function keeping({ keepSeconds, removeCompleted = false }: JobDeclaration) {
  const keep = { age: keepSeconds, count: KEEP_ENDED };
  return { removeOnComplete: removeCompleted ? { count: 0 } : keep, removeOnFail: keep };
}

function keyOf(name: JobName, id: string): string {
  return `${name}\n${id}`;
}
