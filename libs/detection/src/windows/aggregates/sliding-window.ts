import type { Entries, Entry } from '../entries/entries.js';
import type { Aggregator } from './aggregator.js';
import { type MeasuredWindow, shownEntry } from './measured-window.js';
import { OrderAggregator } from './order.aggregator.js';
import { backwards } from './tightest.js';

const SHOWN = shownEntry();

/** A window that moves along the entries of a group, and back where its aggregator can. */
export class SlidingWindow implements MeasuredWindow {
  /** It holds the entries within [from, time]; they are those at [low, end) while the entries have this version. */
  private from: number;
  private low: number;
  private end: number;
  private version: number;

  constructor(
    private readonly entries: Entries,
    private readonly aggregator: Aggregator,
    private readonly timespan: number,
    /** Where the tightest window begins of these entries, given by their indexes, the latest first. */
    private readonly narrow: (entries: Entries, indexes: Iterable<number>) => number,
    public time: number,
  ) {
    this.from = time - timespan;
    this.low = entries.lower(this.from);
    this.end = this.low;
    this.version = entries.version;
    this.takeUpTo(time);
  }

  stepsTo(time: number): number {
    const { entries } = this;
    if (this.aggregator.anyOrder ? time < this.from : time < this.time) return Infinity;
    if (time - this.timespan > this.time) return Infinity;
    this.locate();
    return (
      Math.abs(entries.upper(time) - this.end) + Math.abs(entries.lower(time - this.timespan) - this.low)
    );
  }

  moveTo(time: number): void {
    const { entries, aggregator } = this;
    const from = time - this.timespan;
    this.locate();
    this.takeUpTo(time);
    while (this.end > this.low && entries.time(this.end - 1) > time) {
      this.end -= 1;
      aggregator.remove(entries.show(this.end, SHOWN));
    }
    while (this.low < this.end && entries.time(this.low) < from) {
      aggregator.remove(entries.show(this.low, SHOWN));
      this.low += 1;
    }
    while (this.low > entries.begin && entries.time(this.low - 1) >= from) {
      this.low -= 1;
      aggregator.add(entries.show(this.low, SHOWN));
    }
    this.time = time;
    this.from = from;
  }

  measure(): number | undefined {
    return this.aggregator.measure(this.from);
  }

  tightest(): number {
    if (this.aggregator instanceof OrderAggregator) return this.aggregator.begin;
    this.locate();
    return this.narrow(this.entries, backwards(this.low, this.end));
  }

  inserted(entry: Entry): boolean {
    if (entry.time > this.time || entry.time < this.from) return true;
    if (!this.aggregator.anyOrder) {
      // At the end of the window it is taken with those that follow.
      return entry.time === this.time && this.version === this.entries.version;
    }
    this.aggregator.add(entry);
    this.end += 1;
    return true;
  }

  /** Finds its entries again after they got other indexes. */
  private locate(): void {
    const { entries } = this;
    if (this.version === entries.version) return;
    const held = this.end - this.low;
    this.low = entries.lower(this.from);
    this.end = this.low + held;
    this.version = entries.version;
  }

  private takeUpTo(time: number): void {
    const { entries, aggregator } = this;
    while (this.end < entries.end && entries.time(this.end) <= time) {
      aggregator.add(entries.show(this.end, SHOWN));
      this.end += 1;
    }
  }
}
