import type { ConsumerDeclaration, DeadLetterStore } from '@mcm/contracts';
import { messageOf, newId } from '@mcm/kernel';
import {
  DelayedError,
  storableText,
  storeError,
  type BullmqJob,
  type BullmqQueue,
  type PostgresBackend,
} from '@mcm/queue/bullmq';
import { busFull } from '../../consumer-registry.js';
import { deliverBatch, type Outcome } from '../../deliver-batch.js';
import type { BatchHandler, ConsumerCounters, Subscription } from '../../event-bus.js';
import { Backlog } from './backlog.js';
import { failuresOf, messagesOf, toJob } from './batch-data.js';
import { BatchStore } from './batch-store.js';
import { GroupWriter } from './group-writer.js';

/** A retry whose delay has been decided; BullMQ asks it back. */
class RedeliverError extends Error {
  override readonly name = 'RedeliverError';

  constructor(
    readonly delayMs: number,
    cause: unknown,
  ) {
    super(storableText(messageOf(cause)), { cause });
  }
}

/** Lines of the event stream per queue: nobody reads them. */
const KEEP_EVENTS = 100;
/** BullMQ would fail a job for good at its limits; ours are in {@link deliverBatch}. */
const NEVER = 2_000_000_000;

/** A batch of less than this part of the largest is worth gathering more. */
const SMALL_SHARE = 8;

export interface EmbeddedConsumerContext {
  backend: PostgresBackend;
  deadLetters: DeadLetterStore;
  maxLag: number;
  writesPerSecond?: number;
  onFault: (place: string, error: unknown) => void;
}

/** One durable consumer: its queue of batches, its writer and, while it is consumed, its worker. */
export class EmbeddedConsumer {
  private readonly queueName: string;
  private readonly queue: BullmqQueue;
  private readonly batches: BatchStore;
  private readonly writer: GroupWriter;
  private readonly backlog: Backlog;
  private consuming = false;

  constructor(
    readonly name: string,
    readonly declaration: ConsumerDeclaration,
    readonly counters: ConsumerCounters,
    private readonly context: EmbeddedConsumerContext,
  ) {
    const { backend } = context;
    this.queueName = `bus-${name}`;
    this.queue = backend.queue(this.queueName, {
      defaultJobOptions: {
        attempts: NEVER,
        backoff: { type: 'custom' },
        removeOnComplete: true,
        removeOnFail: false,
        stackTraceLimit: 0,
      },
      keepEvents: KEEP_EVENTS,
    });
    this.batches = new BatchStore(backend, this.queueName);
    this.backlog = new Backlog(
      context.maxLag,
      () => this.batches.pending(),
      (error) => context.onFault(`backlog of ${name}`, error),
    );
    this.writer = new GroupWriter({
      maxMessages: declaration.batchSize,
      write: (texts) => this.put(texts),
      ...(context.writesPerSecond !== undefined && { writesPerSecond: context.writesPerSecond }),
    });
  }

  get consumed(): boolean {
    return this.consuming;
  }

  /** Messages stored and neither acknowledged nor given up, as the store knows it. */
  async lag(): Promise<number> {
    try {
      return await this.backlog.recount();
    } catch (error) {
      throw storeError('BUS.STORE_UNAVAILABLE', `The backlog of ${this.name} could not be counted`, error);
    }
  }

  /** Whether {@link admit} has to be asked before storing; answers from memory. */
  seemsFull(): boolean {
    return this.backlog.seemsFull();
  }

  /** Throws `BUS.FULL` when too many messages wait. */
  async admit(messages: number): Promise<void> {
    let lag: number | null;
    try {
      lag = await this.backlog.full();
    } catch (error) {
      throw storeError('BUS.STORE_UNAVAILABLE', `Messages for ${this.name} could not be stored`, error);
    }
    if (lag === null) return;
    this.counters.refused += messages;
    throw busFull(this.name, lag, this.context.maxLag);
  }

  /** Resolves when the messages are stored. */
  async store(texts: readonly string[]): Promise<void> {
    this.backlog.add(texts.length);
    try {
      await this.writer.add(texts);
    } catch (error) {
      this.backlog.add(-texts.length);
      throw storeError('BUS.STORE_UNAVAILABLE', `Messages for ${this.name} could not be stored`, error);
    }
    this.counters.published += texts.length;
  }

  async consume(handler: BatchHandler<unknown>): Promise<Subscription> {
    this.consuming = true;
    try {
      const worker = await this.context.backend.worker(
        this.queueName,
        (job, token) => this.deliver(job, token, handler),
        {
          concurrency: this.declaration.concurrency,
          maxStalledCount: NEVER,
          backoff: (_made, error) =>
            error instanceof RedeliverError ? error.delayMs : this.declaration.retryDelayMs,
        },
      );
      let closing: Promise<void> | undefined;
      return {
        close: () => (closing ??= worker.close().finally(() => (this.consuming = false))),
      };
    } catch (error) {
      this.consuming = false;
      throw error;
    }
  }

  /** Writes what waits and frees the queue. */
  async close(): Promise<void> {
    await this.writer.flush();
    await this.queue.close();
  }

  private async put(texts: readonly string[], failures = 0): Promise<void> {
    const { name, data } = toJob(texts, failures);
    // An id of our own: the store takes a job with the id of another for the same job and drops it without a word, and
    // the numbers that it would give out may come a second time after a crash of a server that logs too little.
    await this.queue.add(name, data, { jobId: `b${newId().replaceAll('-', '')}` });
  }

  private async deliver(job: BullmqJob, token: string, handler: BatchHandler<unknown>): Promise<void> {
    await this.gather(job, token);
    const size = Number(job.name);
    const failures = failuresOf(job.data) + job.attemptsMade;
    const deaths = job.stalledCounter;
    const outcome = await deliverBatch(
      {
        size,
        messages: () => messagesOf(job.data),
        failures,
        deaths,
        // Every start ended in one of four ways: this is the rest.
        postponements: Math.max(0, job.attemptsStarted - 1 - job.attemptsMade - deaths),
      },
      {
        consumer: this.name,
        declaration: this.declaration,
        handler,
        deadLetters: this.context.deadLetters,
        counters: this.counters,
      },
    );
    if (outcome.kind === 'done') this.backlog.add(-size);
    else await this.defer(job, token, outcome);
  }

  /**
   * A small batch that comes for the first time takes along what waits behind it: a consumer that has fallen behind
   * catches up in large steps, whatever the steps of the publishers were.
   */
  private async gather(job: BullmqJob, token: string): Promise<void> {
    const size = Number(job.name);
    const { batchSize } = this.declaration;
    if (size * SMALL_SHARE > batchSize || job.attemptsStarted > 1 || job.id!.includes('-')) return;
    if (this.backlog.estimate() <= size) return;
    const gathered = await this.batches.gather(job.id!, token, batchSize);
    if (gathered) Object.assign(job, gathered);
  }

  private async defer(
    job: BullmqJob,
    token: string,
    outcome: Exclude<Outcome, { kind: 'done' }>,
  ): Promise<void> {
    this.context.onFault(`handler of ${this.name}`, outcome.error);
    if (outcome.kind === 'divide') {
      const texts = messagesOf(job.data).map((message) => JSON.stringify(message));
      const middle = Math.ceil(texts.length / 2);
      const halves = [texts.slice(0, middle), texts.slice(middle)].map((half, index) => ({
        ...toJob(half, outcome.failures),
        // The halves of a batch are the same jobs when the process dies before the whole is gone.
        opts: { jobId: `${job.id}-${index}` },
      }));
      await this.queue.addBulk(halves);
      return;
    }
    if (outcome.count === 'failures') throw new RedeliverError(outcome.delayMs, outcome.error);
    await job.moveToDelayed(Date.now() + outcome.delayMs, token);
    throw new DelayedError();
  }
}
