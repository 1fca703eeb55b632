import type { ConsumerDeclaration, DeadLetterStore } from '@mcm/contracts';
import { AppError, messageOf, newId } from '@mcm/kernel';
import {
  DelayedError,
  storableText,
  storeError,
  type BullmqJob,
  type BullmqQueue,
  type PostgresBackend,
} from '@mcm/queue/bullmq';
import { Backlog } from '../../backlog.js';
import type { BusConsumer } from '../../base-event-bus.js';
import { busFull } from '../../consumer-registry.js';
import { deadLetterOf } from '../../dead-letter.js';
import { deliverBatch, type Outcome, type StoredBatch } from '../../deliver-batch.js';
import type { BatchHandler, ConsumerCounters, Subscription } from '../../event-bus.js';
import { GroupWriter } from '../../group-writer.js';
import { arrayText, fromJson, type MessagesJson, toTexts } from '../../message-text.js';
import { postponeDelay } from '../../verdict.js';
import {
  type BatchData,
  BESIDE_PREFIX,
  failuresOf,
  INSIDE_PREFIX,
  isLong,
  textInside,
} from './batch-data.js';
import { BatchStore } from './batch-store.js';
import { BatchTexts } from './batch-texts.js';
import { DirectDelivery } from './direct-delivery.js';

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

/** Lines of the event stream per queue: they are not read. */
const KEEP_EVENTS = 100;
/** BullMQ would fail a job for good at its limits; ours are in {@link deliverBatch}. */
const NEVER = 2_000_000_000;

/** A batch of less than this part of the largest is worth gathering more. */
const SMALL_SHARE = 8;

/** A batch in hand. */
type HeldBatch = Omit<StoredBatch, 'messages'> & { json: MessagesJson };

export interface EmbeddedConsumerContext {
  backend: PostgresBackend;
  deadLetters: DeadLetterStore;
  maxLag: number;
  writesPerSecond?: number;
  onFault: (place: string, error: unknown) => void;
}

/** One durable consumer: its queue of batches, its writer and, while it is consumed, its worker. */
export class EmbeddedConsumer implements BusConsumer {
  private readonly queueName: string;
  private readonly queue: BullmqQueue;
  private readonly batches: BatchStore;
  private readonly texts: BatchTexts;
  private readonly writer: GroupWriter;
  private readonly backlog: Backlog;
  private consuming = false;
  private direct: DirectDelivery<Outcome> | undefined;

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
    this.texts = new BatchTexts(this.batches, (error) => context.onFault(`batches of ${name}`, error));
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

  async lag(): Promise<number> {
    try {
      return await this.backlog.recount();
    } catch (error) {
      throw storeError('BUS.STORE_UNAVAILABLE', `The backlog of ${this.name} could not be counted`, error);
    }
  }

  seemsFull(): boolean {
    return this.backlog.seemsFull();
  }

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

  /** Resolves when the messages are stored, or were handled by a consumer that takes them directly. */
  async store(texts: readonly string[]): Promise<void> {
    const outcome = await this.handOver(texts);
    if (outcome?.kind !== 'done') {
      this.backlog.add(texts.length);
      try {
        if (outcome === null) await this.writer.add(texts);
        else await this.storeForLater(texts, outcome);
      } catch (error) {
        this.backlog.add(-texts.length);
        throw storeError('BUS.STORE_UNAVAILABLE', `Messages for ${this.name} could not be stored`, error);
      }
    }
    this.counters.published += texts.length;
  }

  /** The result of handing the messages over directly; null when they were stored. */
  private async handOver(texts: readonly string[]): Promise<Outcome | null> {
    if (this.direct === undefined || texts.length > this.declaration.batchSize) return null;
    // What waits comes first, or it would wait for as long as new messages come.
    if (this.backlog.estimate() > 0) return null;
    return this.direct.offer(texts);
  }

  /** A batch that failed in direct delivery becomes an ordinary one that has had a try. */
  private async storeForLater(
    texts: readonly string[],
    outcome: Exclude<Outcome, { kind: 'done' }>,
  ): Promise<void> {
    this.context.onFault(`handler of ${this.name}`, outcome.error);
    if (outcome.kind === 'divide') await this.put(texts, { failures: outcome.failures });
    else await this.put(texts, { failures: outcome.count === 'failures' ? 1 : 0, delay: outcome.delayMs });
  }

  async consume(handler: BatchHandler<unknown>): Promise<Subscription> {
    this.consuming = true;
    try {
      await this.batches.sweep();
      const direct = new DirectDelivery(this.declaration.concurrency, (texts) =>
        this.handle({ size: texts.length, json: texts, failures: 0, deaths: 0, postponements: 0 }, handler),
      );
      const worker = await this.context.backend.worker(
        this.queueName,
        (job, token) => this.deliver(job, token, handler),
        {
          concurrency: this.declaration.concurrency,
          backoff: (_made, error) =>
            error instanceof RedeliverError ? error.delayMs : this.declaration.retryDelayMs,
          onTryEnded: (job, error) => {
            if (error === null && isBeside(job)) this.texts.release(job.id!);
          },
        },
      );
      if (this.declaration.direct === true) this.direct = direct;
      let closing: Promise<void> | undefined;
      const close = async () => {
        this.direct = undefined;
        await Promise.all([direct.stop(), worker.close()]).finally(() => (this.consuming = false));
      };
      return { close: () => (closing ??= close()) };
    } catch (error) {
      this.consuming = false;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.writer.flush();
    await this.texts.flush();
    await this.queue.close();
  }

  private async put(
    texts: readonly string[],
    { failures = 0, delay }: { failures?: number; delay?: number } = {},
  ): Promise<void> {
    // An id of our own: the store takes a job with the id of another for the same job and drops it without a word, and
    // the numbers that it would give out may come a second time after a crash of a server that logs too little.
    const jobId = `${isLong(texts) ? BESIDE_PREFIX : INSIDE_PREFIX}${newId().replaceAll('-', '')}`;
    const data = await this.dataOf(jobId, texts, failures);
    await this.queue.add(String(texts.length), data, { jobId, ...(delay !== undefined && { delay }) });
  }

  /** The data of a job; the messages of a long batch are stored when this resolves. */
  private async dataOf(jobId: string, texts: readonly string[], failures: number): Promise<BatchData> {
    if (!jobId.startsWith(BESIDE_PREFIX)) return { messages: arrayText(texts), failures };
    await this.texts.keep(jobId, texts);
    return { failures };
  }

  private async deliver(job: BullmqJob, token: string, handler: BatchHandler<unknown>): Promise<void> {
    await this.gather(job, token);
    const size = Number(job.name);
    const failures = failuresOf(job.data) + job.attemptsMade;
    const deaths = job.stalledCounter;
    // Every start ended in one of four ways: this is the rest.
    const postponements = Math.max(0, job.attemptsStarted - 1 - job.attemptsMade - deaths);
    let json: MessagesJson | null;
    try {
      json = textInside(job.data) ?? (await this.texts.take(job.id!));
    } catch (error) {
      const delayMs = postponeDelay(this.declaration.retryDelayMs, postponements);
      await this.defer(job, token, [], { kind: 'again', count: 'postponements', delayMs, error });
      return;
    }
    if (json === null) {
      await this.reportMissing(job, size, failures);
      return;
    }
    const outcome = await this.handle({ size, json, failures, deaths, postponements }, handler);
    if (outcome.kind === 'done') this.backlog.add(-size);
    else await this.defer(job, token, json, outcome);
  }

  private handle(batch: HeldBatch, handler: BatchHandler<unknown>): Promise<Outcome> {
    const { size, json, failures, deaths, postponements } = batch;
    return deliverBatch(
      { size, messages: () => fromJson(json), failures, deaths, postponements },
      {
        consumer: this.name,
        declaration: this.declaration,
        handler,
        deadLetters: this.context.deadLetters,
        counters: this.counters,
      },
    );
  }

  /** Never seen: a table was emptied by hand. It must not look like a batch that was handled. */
  private async reportMissing(job: BullmqJob, size: number, failures: number): Promise<void> {
    const error = new AppError(
      'internal',
      'BUS.BATCH_MISSING',
      `${size} messages are gone, of batch ${job.id}`,
    );
    this.context.onFault(`batches of ${this.name}`, error);
    const { subject } = this.declaration;
    const about = { subject, consumer: this.name, tries: failures, failedAt: Date.now() };
    await this.context.deadLetters.add([deadLetterOf('null', about, error)]);
    this.counters.deadLettered += size;
    this.backlog.add(-size);
  }

  /**
   * A small batch that comes for the first time takes along what waits behind it: a consumer that has fallen behind
   * catches up in large steps, whatever the steps of the publishers were.
   */
  private async gather(job: BullmqJob, token: string): Promise<void> {
    const size = Number(job.name);
    const { batchSize } = this.declaration;
    if (size * SMALL_SHARE > batchSize || job.attemptsStarted > 1) return;
    if (!job.id!.startsWith(INSIDE_PREFIX) || job.id!.includes('-')) return;
    if (this.backlog.estimate() <= size) return;
    const gathered = await this.batches.gather(job.id!, token, batchSize);
    if (gathered) Object.assign(job, gathered);
  }

  private async defer(
    job: BullmqJob,
    token: string,
    json: MessagesJson,
    outcome: Exclude<Outcome, { kind: 'done' }>,
  ): Promise<void> {
    this.context.onFault(`handler of ${this.name}`, outcome.error);
    if (outcome.kind === 'divide') {
      const texts = toTexts(fromJson(json));
      const middle = Math.ceil(texts.length / 2);
      // The halves of a batch are the same jobs when the process dies before the whole is gone.
      const halves = [texts.slice(0, middle), texts.slice(middle)].map(async (half, index) => {
        const jobId = `${job.id}-${index}`;
        const data = await this.dataOf(jobId, half, outcome.failures);
        return { name: String(half.length), data, opts: { jobId } };
      });
      await this.queue.addBulk(await Promise.all(halves));
      return;
    }
    if (outcome.count === 'failures') throw new RedeliverError(outcome.delayMs, outcome.error);
    await job.moveToDelayed(Date.now() + outcome.delayMs, token);
    throw new DelayedError();
  }
}

/** Whether the messages of a job are kept beside it. */
function isBeside(job: BullmqJob): boolean {
  return textInside(job.data) === null;
}
