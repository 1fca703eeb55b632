import type { ConsumerDeclaration, DeadLetterStore } from '@mcm/contracts';
import { deliverBatch } from '../../deliver-batch.js';
import type { BatchHandler, ConsumerCounters } from '../../event-bus.js';
import { fromTexts } from '../../message-text.js';

interface MemoryBatch {
  texts: readonly string[];
  failures: number;
  postponements: number;
}

/** What one consumer has yet to handle, and its handler while there is one. */
export class MemoryConsumer {
  /** Messages stored and neither acknowledged nor given up. */
  lag = 0;
  private fresh: string[] = [];
  private readonly again: MemoryBatch[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  private handler: BatchHandler<unknown> | undefined;

  constructor(
    readonly name: string,
    readonly declaration: ConsumerDeclaration,
    readonly counters: ConsumerCounters,
    private readonly deadLetters: DeadLetterStore,
    private readonly onFault: (place: string, error: unknown) => void,
  ) {}

  get consumed(): boolean {
    return this.handler !== undefined;
  }

  store(texts: readonly string[]): void {
    for (const text of texts) this.fresh.push(text);
    this.lag += texts.length;
    this.counters.published += texts.length;
    this.pump();
  }

  start(handler: BatchHandler<unknown>): void {
    this.handler = handler;
    this.pump();
  }

  /** Hands nothing more over; resolves when nothing runs. */
  async stop(): Promise<void> {
    this.handler = undefined;
    await Promise.all(this.running);
  }

  /** Forgets what would come again later. */
  discard(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.fresh = [];
    this.again.length = 0;
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
    const { declaration, counters, deadLetters } = this;
    const outcome = await deliverBatch(
      {
        size: batch.texts.length,
        messages: () => fromTexts(batch.texts),
        failures: batch.failures,
        postponements: batch.postponements,
        deaths: 0,
      },
      { consumer: this.name, declaration, counters, deadLetters, handler },
    );
    if (outcome.kind !== 'done') this.onFault(`handler of ${this.name}`, outcome.error);
    switch (outcome.kind) {
      case 'done':
        this.lag -= batch.texts.length;
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
