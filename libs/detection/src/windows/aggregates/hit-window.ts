import type { Entries, Entry } from '../entries/entries.js';
import type { Aggregator } from './aggregator.js';
import { type MeasuredWindow, shownEntry } from './measured-window.js';
import { backwards } from './tightest.js';

const SHOWN = shownEntry();

/**
 * A window over the hits of referred correlations. A hit counts only when it lies in the window whole, with the tightest
 * window that it comes from. It moves towards newer hits alone.
 */
export class HitWindow implements MeasuredWindow {
  private from = -Infinity;
  /** Index behind the last entry that was looked at. */
  private end: number;
  /** Where the hits that count begin, in order, and the indexes of their entries; those before the head do not count. */
  private starts: number[] = [];
  private indexes: number[] = [];
  private head = 0;
  private readonly version: number;

  constructor(
    private readonly entries: Entries,
    private readonly aggregator: Aggregator,
    private readonly timespan: number,
    /** Where the tightest window begins of these entries, given by their indexes, the one that begins last first. */
    private readonly narrow: (entries: Entries, indexes: Iterable<number>) => number,
    public time: number,
  ) {
    this.end = entries.lower(time - timespan);
    this.version = entries.version;
    this.moveTo(time);
  }

  stepsTo(time: number): number {
    const { entries } = this;
    if (time < this.time || this.version !== entries.version) return Infinity;
    return entries.upper(time) - this.end;
  }

  moveTo(time: number): void {
    const { entries, aggregator } = this;
    this.from = time - this.timespan;
    for (; this.end < entries.end && entries.time(this.end) <= time; this.end += 1) {
      if (entries.start(this.end) >= this.from) this.hold(this.end);
    }
    while (this.head < this.starts.length && this.starts[this.head]! < this.from) {
      aggregator.remove(entries.show(this.indexes[this.head]!, SHOWN));
      this.head += 1;
    }
    if (this.head * 2 > this.starts.length) {
      this.starts = this.starts.slice(this.head);
      this.indexes = this.indexes.slice(this.head);
      this.head = 0;
    }
    this.time = time;
  }

  measure(): number | undefined {
    return this.aggregator.measure(this.from);
  }

  tightest(): number {
    const { indexes, head } = this;
    return this.narrow(
      this.entries,
      (function* () {
        for (const place of backwards(head, indexes.length)) yield indexes[place]!;
      })(),
    );
  }

  inserted(entry: Entry): boolean {
    return entry.time > this.time;
  }

  private hold(index: number): void {
    const start = this.entries.start(index);
    let place = this.starts.length;
    while (place > this.head && this.starts[place - 1]! > start) place -= 1;
    this.starts.splice(place, 0, start);
    this.indexes.splice(place, 0, index);
    this.aggregator.add(this.entries.show(index, SHOWN));
  }
}
