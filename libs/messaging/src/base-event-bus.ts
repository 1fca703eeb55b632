import type { ConsumerDeclaration, ConsumerName, SubjectName, Subjects } from '@mcm/contracts';
import { alreadyConsumed, busClosed, type ConsumerRegistry } from './consumer-registry.js';
import type { BatchHandler, ConsumerCounters, ConsumerStatus, EventBus, Subscription } from './event-bus.js';
import type { LiveListeners } from './local-listeners.js';
import { toTexts } from './message-text.js';

/** What a driver keeps for one durable consumer. */
export interface BusConsumer {
  readonly name: string;
  readonly declaration: ConsumerDeclaration;
  readonly counters: ConsumerCounters;
  /** Whether this process handles its messages. */
  readonly consumed: boolean;
  /** Messages stored and neither acknowledged nor given up, as the store knows it. */
  lag(): Promise<number>;
  /** Whether {@link admit} has to be asked before storing; answers from memory. */
  seemsFull(): boolean;
  /** Throws `BUS.FULL` when too much waits for so many messages more. */
  admit(messages: number): Promise<void>;
  /** Resolves when the messages are stored. */
  store(texts: readonly string[]): Promise<void>;
  /** Hands messages to the handler until the subscription is closed, which may be done more than once. */
  consume(handler: BatchHandler<unknown>): Promise<Subscription>;
  /** Writes what waits in memory and frees what it holds; it is no longer consumed. */
  close(): Promise<void>;
}

/** The parts of a bus that depend on where messages are stored. */
export interface BusParts<Consumer extends BusConsumer> {
  consumers: ConsumerRegistry<Consumer>;
  live: LiveListeners;
  /** Frees the connections. */
  closeStore(): Promise<void>;
}

/** What all drivers do alike: refuse when closed, store for each consumer, report, and close in the right order. */
export abstract class BaseEventBus<Consumer extends BusConsumer> implements EventBus {
  protected readonly consumers: ConsumerRegistry<Consumer>;
  private readonly live: LiveListeners;
  private readonly closeStore: () => Promise<void>;
  private readonly subscriptions = new Set<Subscription>();
  private readonly publishing = new Set<Promise<void>>();
  private closing: Promise<void> | undefined;
  private closed = false;

  protected constructor({ consumers, live, closeStore }: BusParts<Consumer>) {
    this.consumers = consumers;
    this.live = live;
    this.closeStore = closeStore;
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
    await this.untilStored(this.consumers.get(name).store(toTexts([message])));
  }

  async listen<S extends SubjectName>(
    subject: S,
    listener: (messages: readonly Subjects[S][]) => void,
  ): Promise<Subscription> {
    this.assertOpen();
    return this.live.listen(subject, listener as (messages: readonly unknown[]) => void);
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
      await Promise.all(this.consumers.all().map((consumer) => consumer.close()));
      this.live.close();
      await this.closeStore();
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
    this.live.emit(subject, texts);
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
