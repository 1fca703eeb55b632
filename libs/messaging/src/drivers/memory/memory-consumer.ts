import type { ConsumerDeclaration, DeadLetterStore } from '@mcm/contracts';
import { deliverBatch } from '../../deliver-batch.js';
import type { BusConsumer } from '../../base-event-bus.js';
import { busFull } from '../../consumer-registry.js';
import type { BatchHandler, ConsumerCounters, Subscription } from '../../event-bus.js';
import { fromTexts } from '../../message-text.js';

export interface MemoryConsumerContext {
  deadLetters: DeadLetterStore;
  maxLag: number;
  onFault: (place: string, error: unknown) => void;
}

interface MemoryBatch {
  texts: readonly string[];
  failures: number;
  postponements: number;
}

/** What one consumer has yet to handle, and its handler while there is one. */
export class MemoryConsumer implements BusConsumer {
  /** Messages stored and neither acknowledged nor given up. */
  private waiting = 0;
  private fresh: string[] = [];
  private readonly again: MemoryBatch[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  private handler: BatchHandler<unknown> | undefined;

  constructor(
    readonly name: string,
    readonly declaration: ConsumerDeclaration,
    readonly counters: ConsumerCounters,
    private readonly context: MemoryConsumerContext,
  ) {}

  get consumed(): boolean {
    return this.handler !== undefined;
  }

  lag(): Promise<number> {
    return Promise.resolve(this.waiting);
  }

  seemsFull(): boolean {
    return this.waiting >= this.context.maxLag;
  }

  admit(messages: number): Promise<void> {
    if (!this.seemsFull()) return Promise.resolve();
    this.counters.refused += messages;
    return Promise.reject(busFull(this.name, this.waiting, this.context.maxLag));
  }

  store(texts: readonly string[]): Promise<void> {
    for (const text of texts) this.fresh.push(text);
    this.waiting += texts.length;
    this.counters.published += texts.length;
    this.pump();
    return Promise.resolve();
  }

  consume(handler: BatchHandler<unknown>): Promise<Subscription> {
    this.handler = handler;
    this.pump();
    let closing: Promise<void> | undefined;
    return Promise.resolve({ close: () => (closing ??= this.stop()) });
  }

  /** Forgets what would come again later. */
  close(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.fresh = [];
    this.again.length = 0;
    return Promise.resolve();
  }

  /** Hands nothing more over; resolves when nothing runs. */
  private async stop(): Promise<void> {
    this.handler = undefined;
    await Promise.all(this.running);
  }

  private pump(): void {
    while (this.handler && this.running.size < this.declaration.concurrency) {
      const batch = this.again.shift() ?? this.nextFresh();
      if (!batch) return;
      const run = this.deliver(batch, this.handler).finally(() => {
        this.running.delete(run);
        this.pump();
      });
      this.running.add(run);
    }
  }

  private nextFresh(): MemoryBatch | undefined {
    if (this.fresh.length === 0) return undefined;
    const texts = this.fresh.splice(0, this.declaration.batchSize);
    return { texts, failures: 0, postponements: 0 };
  }

  private async deliver(batch: MemoryBatch, handler: BatchHandler<unknown>): Promise<void> {
    // As with a real store, the publisher is done before the handler begins.
    await new Promise<void>((resolve) => setImmediate(resolve));
    const { declaration, counters, context } = this;
    const outcome = await deliverBatch(
      {
        size: batch.texts.length,
        messages: () => fromTexts(batch.texts),
        failures: batch.failures,
        postponements: batch.postponements,
        deaths: 0,
      },
      { consumer: this.name, declaration, counters, deadLetters: context.deadLetters, handler },
    );
    if (outcome.kind !== 'done') context.onFault(`handler of ${this.name}`, outcome.error);
    switch (outcome.kind) {
      case 'done':
        this.waiting -= batch.texts.length;
        return;
      case 'divide': {
        const middle = Math.ceil(batch.texts.length / 2);
        for (const texts of [batch.texts.slice(0, middle), batch.texts.slice(middle)]) {
          this.again.push({ texts, failures: outcome.failures, postponements: 0 });
        }
        return;
      }
      case 'again': {
        const next = { ...batch, [outcome.count]: batch[outcome.count] + 1 };
        const timer = setTimeout(() => {
          this.timers.delete(timer);
          this.again.push(next);
          this.pump();
        }, outcome.delayMs);
        this.timers.add(timer);
        return;
      }
    }
  }
}
