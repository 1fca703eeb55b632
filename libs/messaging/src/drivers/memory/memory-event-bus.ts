import {
  CONSUMERS,
  type ConsumerName,
  type DeadLetterStore,
  type SubjectName,
  type Subjects,
  type Topology,
} from '@mcm/contracts';
import { FaultReporter, type FaultLog } from '@mcm/queue';
import { alreadyConsumed, busClosed, busFull, ConsumerRegistry } from '../../consumer-registry.js';
import type { BatchHandler, ConsumerStatus, EventBus, Subscription } from '../../event-bus.js';
import { LocalListeners } from '../../local-listeners.js';
import { fromTexts, toTexts } from '../../message-text.js';
import { MemoryConsumer } from './memory-consumer.js';

export interface MemoryEventBusOptions {
  deadLetters: DeadLetterStore;
  log: FaultLog;
  /** Default: the consumers of the contracts. */
  topology?: Topology;
  /** Messages that may wait for one consumer; default 100,000. */
  maxLag?: number;
}

const MAX_LAG = 100_000;

/** An event bus in the memory of one process, for unit tests: every promise but to survive that process. */
export class MemoryEventBus implements EventBus {
  private readonly consumers: ConsumerRegistry<MemoryConsumer>;
  private readonly listeners: LocalListeners;
  private readonly maxLag: number;
  private closing: Promise<void> | undefined;
  private closed = false;

  constructor(options: MemoryEventBusOptions) {
    const faults = new FaultReporter(options.log);
    this.consumers = new ConsumerRegistry(
      options.topology ?? CONSUMERS,
      (name, declaration, counters) =>
        new MemoryConsumer(name, declaration, counters, options.deadLetters, (place, error) =>
          faults.report(place, error),
        ),
    );
    this.listeners = new LocalListeners(options.log);
    this.maxLag = options.maxLag ?? MAX_LAG;
  }

  get counters() {
    return this.consumers.counters;
  }

  publish<S extends SubjectName>(subject: S, messages: readonly Subjects[S][]): Promise<void> {
    return this.settle(() => {
      const texts = toTexts(messages);
      if (texts.length === 0) return;
      const consumers = this.consumers.of(subject);
      for (const consumer of consumers) {
        if (consumer.lag < this.maxLag) continue;
        consumer.counters.refused += texts.length;
        throw busFull(consumer.name, consumer.lag, this.maxLag);
      }
      for (const consumer of consumers) consumer.store(texts);
      this.listeners.emit(subject, () => fromTexts(texts));
    }, this.closed);
  }

  consume<S extends SubjectName>(
    name: ConsumerName,
    subject: S,
    handler: BatchHandler<Subjects[S]>,
  ): Promise<Subscription> {
    return this.settle(() => {
      const consumer = this.consumers.get(name, subject);
      if (consumer.consumed) throw alreadyConsumed(name);
      consumer.start(handler as BatchHandler<unknown>);
      return { close: () => consumer.stop() };
    });
  }

  redeliver(name: ConsumerName, message: unknown): Promise<void> {
    return this.settle(() => this.consumers.get(name).store(toTexts([message])));
  }

  listen<S extends SubjectName>(
    subject: S,
    listener: (messages: readonly Subjects[S][]) => void,
  ): Promise<Subscription> {
    return this.settle(() => this.listeners.add(subject, listener as (messages: readonly unknown[]) => void));
  }

  status(): Promise<ConsumerStatus[]> {
    return this.settle(() =>
      this.consumers.all().map(({ name, declaration, consumed, lag, counters }) => ({
        consumer: name,
        subject: declaration.subject,
        consumed,
        lag,
        ...counters,
      })),
    );
  }

  close(): Promise<void> {
    this.closing ??= (async () => {
      // A handler that runs may still publish what it has to.
      await Promise.all(this.consumers.all().map((consumer) => consumer.stop()));
      this.closed = true;
      this.listeners.clear();
      for (const consumer of this.consumers.all()) consumer.discard();
    })();
    return this.closing;
  }

  /** Synchronous work with the manners of the port: errors are rejections, and a closed bus refuses. */
  private settle<T>(work: () => T, refused = this.closing !== undefined): Promise<T> {
    try {
      if (refused) throw busClosed();
      return Promise.resolve(work());
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }
}
