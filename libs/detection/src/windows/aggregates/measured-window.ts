import type { Entry, ShownEntry } from '../entries/entries.js';

/** The window of one correlation in one group that ends at a moment and reaches back one timespan. */
export interface MeasuredWindow {
  /** The moment at which it ends. */
  readonly time: number;
  /** Entries that would come into the window and fall out of it on the way to a moment; Infinity when there is no way. */
  stepsTo(time: number): number;
  /** Lets the window end at another moment, to which there is a way. */
  moveTo(time: number): void;
  /** What is measured; undefined when nothing can be. */
  measure(): number | undefined;
  /** Where the tightest window begins that ends here and still meets the condition, which this one does. */
  tightest(): number;
  /** An entry was put in. Answers whether the window can go on. */
  inserted(entry: Entry): boolean;
}

/** What windows show aggregators of an entry. */
export function shownEntry(): ShownEntry {
  return { time: 0, id: '', mask: 0, value: undefined, start: 0 };
}
