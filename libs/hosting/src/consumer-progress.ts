import type { ConsumerStatus } from '@mcm/messaging';

/** Messages that wait for a consumer while nothing of them is handled. */
export interface Standstill {
  consumer: string;
  /** Whether this process is to handle them. */
  consumed: boolean;
  lag: number;
  seconds: number;
}

interface Seen {
  settled: number;
  lag: number;
  /** Milliseconds on the clock of the watch at which something was done, or nothing waited. */
  since: number;
}

/**
 * For how long messages have waited for a consumer without any progress. Of its own consumers a process knows what it has
 * finished; of those of other processes only whether fewer messages wait than at the last poll.
 */
export class ConsumerProgress {
  private readonly seen = new Map<string, Seen>();
  private last: readonly ConsumerStatus[] = [];

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Takes in how the consumers are now; to be called every few seconds. */
  update(status: readonly ConsumerStatus[]): void {
    for (const { consumer, consumed, lag, acknowledged, deadLettered } of status) {
      const settled = acknowledged + deadLettered;
      const before = this.seen.get(consumer);
      const moved =
        before === undefined || lag === 0 || (consumed ? settled !== before.settled : lag < before.lag);
      this.seen.set(consumer, { settled, lag, since: moved ? this.now() : before.since });
    }
    this.last = status;
  }

  /** How long each consumer has stood still; 0 seconds for one that makes progress. */
  standstills(): Standstill[] {
    return this.last.map(({ consumer, consumed, lag }) => ({
      consumer,
      consumed,
      lag,
      seconds: lag === 0 ? 0 : (this.now() - this.seen.get(consumer)!.since) / 1000,
    }));
  }
}
