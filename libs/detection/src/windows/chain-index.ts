import { ChainMoment } from './chain-moment.js';
import type { JudgedEntry } from './entry-columns.js';
import { SortedNumbers } from './sorted-numbers.js';
import type { WindowIndex } from './window-index.js';

/**
 * The index of a temporal_ordered over events. It knows when events of each step happened. The latest chain that ends
 * with an event takes the latest event of each step before, so that it is found step by step, and the later a chain
 * ends, the later it begins. Hence among the windows with an event in them that do not fire there are no more different
 * chains than there are steps, and the others are jumped over.
 */
export class ChainIndex implements WindowIndex {
  /** The times of events with the same bits. */
  private readonly times = new Map<number, SortedNumbers>();

  constructor(
    private readonly steps: number,
    private readonly timespan: number,
  ) {}

  add({ mask, time }: JudgedEntry): void {
    let times = this.times.get(mask);
    if (times === undefined) this.times.set(mask, (times = new SortedNumbers()));
    times.add(time);
  }

  remove({ mask, time }: JudgedEntry): void {
    this.times.get(mask)!.delete(time);
  }

  addBits(entry: JudgedEntry, before: number): void {
    this.remove({ ...entry, mask: before });
    this.add(entry);
  }

  settle(): void {
    // Chains are looked for when they are asked for.
  }

  changes(from: number, to: number, begun: boolean): number[] {
    const last = this.lastFiring(from, to);
    if (last === undefined) return [];
    if (begun) return [last];
    const first = this.firstFiring(from, last);
    return first === last ? [last] : [first, last];
  }

  fires(): boolean {
    return true;
  }

  measure(): number {
    return this.steps;
  }

  private lastFiring(from: number, to: number): number | undefined {
    for (let end = this.latest(this.steps - 1, to); end >= from;) {
      const begin = this.begin(end);
      if (begin >= end - this.timespan) return end;
      // No chain that ends by then begins later.
      end = this.latest(this.steps - 1, begin + this.timespan);
    }
    return undefined;
  }

  /** The first moment from a time on that fires; `last` is one. */
  private firstFiring(from: number, last: number): number {
    for (let end = this.earliest(from); ;) {
      const begin = this.begin(end);
      if (begin >= end - this.timespan) return end;
      // The first end of a chain that begins later.
      let low = end;
      let high = last;
      for (;;) {
        const middle = this.latest(this.steps - 1, low + (high - low) / 2);
        const next = middle > low ? middle : this.earliest(low, true);
        if (next === high) break;
        if (this.begin(next) > begin) high = next;
        else low = next;
      }
      end = high;
    }
  }

  /** Where a chain that ends at a moment begins at the latest; -Infinity when none does. */
  private begin(end: number): number {
    /** Per step: what is known already, by time. */
    const known = Array.from({ length: this.steps }, () => new Map<number, number>());
    const beginAt = (step: number, time: number): number => {
      let begin = known[step]!.get(time);
      if (begin === undefined) {
        begin = this.moment(time).latestBegin(step, (before, until) => {
          const latest = this.latestBefore(before, until);
          return latest === -Infinity ? latest : beginAt(before, latest);
        });
        known[step]!.set(time, begin);
      }
      return begin;
    };
    return beginAt(this.steps - 1, end);
  }

  private moment(time: number): ChainMoment {
    const moment = new ChainMoment(time, this.steps);
    let event = 0;
    for (const [mask, times] of this.times) {
      const count = Math.min(times.count(time), this.steps);
      for (let i = 0; i < count; i += 1) moment.add(mask, time, (event += 1));
    }
    return moment;
  }

  /** The latest time of an event of a step that is not after another time. */
  private latest(step: number, until: number): number {
    let latest = -Infinity;
    for (const [mask, times] of this.times) {
      if ((mask & (1 << step)) !== 0) latest = Math.max(latest, times.atMost(until));
    }
    return latest;
  }

  private latestBefore(step: number, time: number): number {
    let latest = -Infinity;
    for (const [mask, times] of this.times) {
      if ((mask & (1 << step)) !== 0) latest = Math.max(latest, times.below(time));
    }
    return latest;
  }

  /** The earliest time of an event of the last step from another time on, or after it. */
  private earliest(from: number, after = false): number {
    let earliest = Infinity;
    for (const [mask, times] of this.times) {
      if ((mask & (1 << (this.steps - 1))) === 0) continue;
      earliest = Math.min(earliest, after ? times.above(from) : times.atLeast(from));
    }
    return earliest;
  }
}
