import {
  CONSUMERS,
  type ConsumerName,
  type DeadLetterStore,
  type SubjectName,
  type Subjects,
  type Topology,
} from '@mcm/contracts';
import { FaultReporter, type FaultLog } from '@mcm/queue';
import { PostgresBackend, type PostgresAccess, type PostgresBackendOptions } from '@mcm/queue/bullmq';
import { alreadyConsumed, busClosed, ConsumerRegistry } from '../../consumer-registry.js';
import type { BatchHandler, ConsumerStatus, EventBus, Subscription } from '../../event-bus.js';
import { LocalListeners } from '../../local-listeners.js';
import { fromTexts, toTexts } from '../../message-text.js';
import { BatchStore } from './batch-store.js';
import { EmbeddedConsumer } from './embedded-consumer.js';

export interface EmbeddedEventBusOptions {
  connection: PostgresAccess;
  deadLetters: DeadLetterStore;
  log: FaultLog;
  /** Schema that holds the queues, shared with the job queue; default `queue`. */
  schema?: string;
  /** Default: the consumers of the contracts. */
  topology?: Topology;
  /** Messages that may wait for one consumer before publishing is refused; default 1,000,000. About as many bytes as they have wait on disk, none in memory. */
  maxLag?: number;
  /** See {@link PostgresBackendOptions.lockDurationMs}. */
  lockDurationMs?: number;
  /** Connections for publishing; default 4. */
  producerConnections?: number;
  /** Small writes per second and consumer that go out immediately; beyond them messages are gathered. Default 50. */
  writesPerSecond?: number;
}

const MAX_LAG = 1_000_000;

/**
 * The event bus on PostgreSQL, for a process that hosts everything: batches of messages as jobs on BullMQ, one queue
 * per durable consumer. Any number of processes may share the database; listeners hear their own process only.
 */
export class EmbeddedEventBus implements EventBus {
  private readonly backend: PostgresBackend;
  private readonly consumers: ConsumerRegistry<EmbeddedConsumer>;
  private readonly listeners: LocalListeners;
  private readonly subscriptions = new Set<Subscription>();
  private readonly publishing = new Set<Promise<void>>();
  private closing: Promise<void> | undefined;
  private closed = false;

  private constructor(options: EmbeddedEventBusOptions) {
    const faults = new FaultReporter(options.log);
    this.backend = new PostgresBackend(options);
    this.listeners = new LocalListeners(options.log);
    this.consumers = new ConsumerRegistry(
      options.topology ?? CONSUMERS,
      (name, declaration, counters) =>
        new EmbeddedConsumer(name, declaration, counters, {
          backend: this.backend,
          deadLetters: options.deadLetters,
          maxLag: options.maxLag ?? MAX_LAG,
          ...(options.writesPerSecond !== undefined && { writesPerSecond: options.writesPerSecond }),
          onFault: (place, error) => faults.report(place, error),
        }),
    );
  }

  /** Creates or updates the tables, the same as those of the job queue; run it before the first bus is opened. */
  static async migrate(options: PostgresBackendOptions): Promise<void> {
    await PostgresBackend.migrate(options);
    await BatchStore.migrate(options);
  }

  /** A bus whose store was seen to work; rejects with kind `unavailable` otherwise. */
  static async open(options: EmbeddedEventBusOptions): Promise<EmbeddedEventBus> {
    const bus = new EmbeddedEventBus(options);
    try {
      await bus.backend.ready();
      await bus.status();
    } catch (error) {
      await bus.close();
      throw error;
    }
    return bus;
  }

  get counters() {
    return this.consumers.counters;
  }

  async publish<S extends SubjectName>(subject: S, messages: readonly Subjects[S][]): Promise<void> {
    if (this.closed) throw busClosed();
    const texts = toTexts(messages);
    if (texts.length === 0) return;
    await this.untilStored(this.store(subject, texts));
  }

  async consume<S extends SubjectName>(
    name: ConsumerName,
    subject: S,
    handler: BatchHandler<Subjects[S]>,
  ): Promise<Subscription> {
    this.assertOpen();
    const consumer = this.consumers.get(name, subject);
    if (consumer.consumed) throw alreadyConsumed(name);
    const inner = await consumer.consume(handler as BatchHandler<unknown>);
    const subscription: Subscription = {
      close: () => inner.close().finally(() => this.subscriptions.delete(subscription)),
    };
    this.subscriptions.add(subscription);
    return subscription;
  }

  async redeliver(name: ConsumerName, message: unknown): Promise<void> {
    this.assertOpen();
    const consumer = this.consumers.get(name);
    await this.untilStored(consumer.store(toTexts([message])));
  }

  async listen<S extends SubjectName>(
    subject: S,
    listener: (messages: readonly Subjects[S][]) => void,
  ): Promise<Subscription> {
    this.assertOpen();
    return this.listeners.add(subject, listener as (messages: readonly unknown[]) => void);
  }

  async status(): Promise<ConsumerStatus[]> {
    this.assertOpen();
    return Promise.all(
      this.consumers.all().map(async (consumer) => ({
        consumer: consumer.name,
        subject: consumer.declaration.subject,
        consumed: consumer.consumed,
        lag: await consumer.lag(),
        ...consumer.counters,
      })),
    );
  }

  close(): Promise<void> {
    this.closing ??= (async () => {
      // A handler that runs may still publish what it has to.
      await Promise.all([...this.subscriptions].map((subscription) => subscription.close()));
      this.closed = true;
      await Promise.allSettled(this.publishing);
      this.listeners.clear();
      await Promise.all(this.consumers.all().map((consumer) => consumer.close()));
      await this.backend.close();
    })();
    return this.closing;
  }

  private async store(subject: string, texts: readonly string[]): Promise<void> {
    const consumers = this.consumers.of(subject);
    for (const consumer of consumers) {
      if (consumer.seemsFull()) await consumer.admit(texts.length);
    }
    const outcomes = await Promise.allSettled(consumers.map((consumer) => consumer.store(texts)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    this.listeners.emit(subject, () => fromTexts(texts));
  }

  /** Closing waits for it. */
  private async untilStored(storing: Promise<void>): Promise<void> {
    this.publishing.add(storing);
    try {
      await storing;
    } finally {
      this.publishing.delete(storing);
    }
  }

  private assertOpen(): void {
    if (this.closing) throw busClosed();
  }
}
