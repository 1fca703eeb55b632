import {
  DEFAULT_MAX_DEATHS,
  payloadFault,
  type JobDeclaration,
  type JobName,
  type Jobs,
} from '@mcm/contracts';
import { AppError, messageOf, type ErrorKind } from '@mcm/kernel';
import { type FaultLog, type FaultReporter, inSpan } from '@mcm/platform';
import { UnrecoverableError, WaitingError } from 'bullmq';
import type { GivenUpJob, JobHandler } from '../job-queue.js';
import type { JobTransition } from '../job-transition.js';
import type { BullmqJob, BullmqQueue } from './bullmq-backend.js';
import { decodeJobData, encodeJobData, isCancelled } from './job-data.js';
import { traceOfJob } from './job-trace.js';
import { storableText } from './store-errors.js';

/** How a job reacts to what its handler throws. */
const GIVES_UP: Readonly<Record<ErrorKind, boolean>> = {
  invalid: true,
  unauthenticated: true,
  'not-found': true,
  conflict: false,
  'too-large': false,
  unsupported: false,
  forbidden: false,
  misdirected: false,
  'too-many': false,
  unavailable: false,
  internal: false,
};

/** Milliseconds between polls whether a running job was cancelled by another process. */
const CANCEL_POLL_MS = 1_000;

export const CANCELLED_REASON = 'JOBS.CANCELLED: the job was cancelled';

export interface JobRunnerContext<N extends JobName> {
  name: N;
  declaration: JobDeclaration;
  handler: JobHandler<N>;
  onGivenUp?: (job: GivenUpJob<N>) => Promise<void>;
  queue: BullmqQueue;
  faults: FaultReporter;
  log: FaultLog;
  onTransition: (transition: JobTransition) => void;
}

/** Runs the jobs of one worker: turns BullMQ's calls into calls of the handler and errors into BullMQ's own. */
export class JobRunner<N extends JobName> {
  private readonly closing = new AbortController();
  private readonly running = new Map<string, AbortController>();

  constructor(private readonly context: JobRunnerContext<N>) {}

  /** Asks running handlers to stop; what they give up is given back. */
  stop(): void {
    this.closing.abort(new AppError('unavailable', 'JOBS.WORKER_CLOSING', 'The worker is closing'));
  }

  /** Aborts a job that runs here. */
  cancel(id: string): void {
    this.running.get(id)?.abort(new AppError('conflict', 'JOBS.CANCELLED', 'The job was cancelled'));
  }

  /** Works on one job; to be called by BullMQ. */
  async run(job: BullmqJob, token: string, signal: AbortSignal): Promise<unknown> {
    const id = job.id!;
    this.adopt(job);
    // Before anything else is done with it: it may be the payload that the process died of.
    if (job.stalledCounter > this.maxDeaths) throw await this.giveUp(job, processDied(job.stalledCounter));
    const payload = this.readPayload(job);
    if (isCancelled(job.data)) throw new UnrecoverableError(CANCELLED_REASON);
    this.context.onTransition({ name: this.context.name, id, state: 'active', payload });
    const cancelled = new AbortController();
    this.running.set(id, cancelled);
    let polling = false;
    const poll = setInterval(() => {
      // A store that is slow, or a payload that is huge, must not pile up looks.
      if (polling) return;
      polling = true;
      void this.pollCancellation(id).finally(() => (polling = false));
    }, CANCEL_POLL_MS);
    try {
      const attempt = job.attemptsStarted;
      const facts = { 'mcm.job': id, 'mcm.attempt': attempt };
      const causes = [traceOfJob(job)];
      const result = await inSpan(this.context.name, { kind: 'consumer', facts, causes }, () =>
        this.context.handler({
          id,
          payload,
          attempt,
          progress: (progress) => job.updateProgress({ done: progress.done, total: progress.total }),
          signal: AbortSignal.any([signal, cancelled.signal, this.closing.signal]),
        }),
      );
      return encodeJobData(result, 'result');
    } catch (error) {
      if (cancelled.signal.aborted) throw new UnrecoverableError(CANCELLED_REASON);
      if (this.closing.signal.aborted) {
        if (this.maxDeaths === 0) throw await this.giveUp(job, notResumed());
        await job.moveToWait(token);
        throw new WaitingError();
      }
      // Here with its stack and causes; the job keeps the reason only.
      this.context.log.warn(
        { err: error, job: this.context.name, id, attempt: job.attemptsStarted },
        `A try of ${this.context.name} failed: ${messageOf(error)}`,
      );
      throw verdictOn(error);
    } finally {
      clearInterval(poll);
      this.running.delete(id);
    }
  }

  /** Reports the outcome of a try; to be called once it is stored. */
  ended(job: BullmqJob, error: Error | null): void {
    const about = { name: this.context.name, id: job.id!, payload: payloadIfReadable(job) };
    if (error === null) {
      const result = decodeJobData(job.returnvalue);
      this.context.onTransition({ ...about, state: 'completed', result });
    } else {
      const state = job.finishedOn === undefined ? 'delayed' : 'failed';
      this.context.onTransition({ ...about, state, error: error.message });
    }
  }

  /** Refuses what no try can work on: only another program queues such a job. */
  private readPayload(job: BullmqJob): Jobs[N]['payload'] {
    let fault: AppError;
    try {
      const payload = decodeJobData(job.data);
      const reason = payloadFault(this.context.name, payload);
      if (reason === undefined) return payload as Jobs[N]['payload'];
      fault = new AppError('invalid', 'JOBS.BAD_PAYLOAD', reason);
    } catch (error) {
      fault = error as AppError;
    }
    this.context.log.warn(
      { err: fault, job: this.context.name, id: job.id },
      `A job of ${this.context.name} was refused: ${fault.message}`,
    );
    throw verdictOn(fault);
  }

  /** A job that another program queued without saying how often to try it is tried as its declaration says. */
  private adopt(job: BullmqJob): void {
    if (job.opts.attempts) return;
    job.opts.attempts = this.context.declaration.maxTries;
    job.opts.backoff ??= { type: 'custom' };
  }

  private get maxDeaths(): number {
    return this.context.declaration.maxDeaths ?? DEFAULT_MAX_DEATHS;
  }

  /** Reports to all callers that a job is not begun again; returns the error that fails it. */
  private async giveUp(job: BullmqJob, error: AppError): Promise<Error> {
    const { name, log, onGivenUp } = this.context;
    const id = job.id!;
    log.error({ err: error, job: name, id }, `A job of ${name} was given up: ${error.message}`);
    await onGivenUp?.({ id, payload: payloadIfReadable(job) as Jobs[N]['payload'] | undefined, error });
    return new UnrecoverableError(`${error.code}: ${error.message}`);
  }

  private async pollCancellation(id: string): Promise<void> {
    try {
      const job = await this.context.queue.getJob(id);
      if (job && isCancelled(job.data)) this.cancel(id);
    } catch (error) {
      this.context.faults.report(`cancellation of ${this.context.name}`, error);
    }
  }
}

function processDied(times: number): AppError {
  const often = times === 1 ? 'once' : `${times} times`;
  return new AppError(
    'internal',
    'JOBS.PROCESS_DIED',
    `The process that worked on the job died, or said nothing for too long, ${often}; the job is not begun again`,
  );
}

function notResumed(): AppError {
  return new AppError(
    'unavailable',
    'JOBS.NOT_RESUMED',
    'The process that worked on the job was restarted, and jobs of this kind are not resumed',
  );
}

function payloadIfReadable(job: BullmqJob): unknown {
  try {
    return decodeJobData(job.data);
  } catch {
    return undefined;
  }
}

function verdictOn(error: unknown): Error {
  if (!(error instanceof AppError)) return new Error(storableText(messageOf(error)));
  const reason = storableText(`${error.code}: ${error.message}`);
  return GIVES_UP[error.kind] ? new UnrecoverableError(reason) : new Error(reason);
}
