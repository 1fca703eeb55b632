import type { DeadLetter, DeadLetterStore, EventEnvelope } from '@mcm/contracts';
import type { Delivery } from '../event-bus.js';

const TIMEOUT_MS = 15_000;

/** Things that come in one by one, and those who wait until enough of them are there. */
class Collected<T> {
  readonly all: T[] = [];
  private readonly waiting = new Set<() => void>();

  protected push(...items: T[]): void {
    this.all.push(...items);
    for (const look of [...this.waiting]) look();
  }

  /** Resolves as soon as the condition holds; rejects after a while with what is there. */
  until(what: string, condition: (all: readonly T[]) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!condition(this.all)) return;
        clearTimeout(timer);
        this.waiting.delete(look);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.delete(look);
        reject(new Error(`Not within ${TIMEOUT_MS} ms: ${what}; there are ${this.all.length}`));
      }, TIMEOUT_MS);
      this.waiting.add(look);
      look();
    });
  }
}

export interface Received {
  /** `event_id`s of the batch. */
  ids: readonly string[];
  attempt: number;
  /** performance.now() at the beginning. */
  at: number;
}

/** What a handler was given, batch by batch. */
export class Inbox extends Collected<Received> {
  receive(batch: readonly Delivery<EventEnvelope>[]): void {
    this.push({
      ids: batch.map((delivery) => delivery.payload.event_id),
      attempt: batch[0]!.attempt,
      at: performance.now(),
    });
  }

  /** All ids, in the order of their coming, repetitions included. */
  get ids(): string[] {
    return this.all.flatMap((batch) => batch.ids);
  }

  untilBatches(count: number): Promise<void> {
    return this.until(`${count} batches`, (all) => all.length >= count);
  }

  untilIds(ids: readonly string[]): Promise<void> {
    return this.until(`${ids.length} messages`, () => {
      const seen = new Set(this.ids);
      return ids.every((id) => seen.has(id));
    });
  }
}

/** A dead letter store in memory that can be waited for. */
export class DeadLetterBox extends Collected<DeadLetter> implements DeadLetterStore {
  /** Thrown by the next calls of `add`, one each. */
  readonly faults: Error[] = [];

  add(letters: readonly DeadLetter[]): Promise<void> {
    const fault = this.faults.shift();
    if (fault) return Promise.reject(fault);
    this.push(...letters);
    return Promise.resolve();
  }

  untilCount(count: number): Promise<void> {
    return this.until(`${count} dead letters`, (all) => all.length >= count);
  }
}
