import type { EntryColumns } from './entry-columns.js';

/**
 * Measures windows that end at successive moments. Runs (all entries of one time) are added from old to new; entries
 * that fall out of the window at its old end are removed. One judge serves one group.
 */
export interface Judge {
  /**
   * Adds the entries [first, last], all of one time. `runStart` is the first entry of that time and `runEnd` the last
   * one added so far: what is new may stand anywhere between, when events of one moment arrive one after the other.
   */
  add(entries: EntryColumns, first: number, last: number, runStart: number, runEnd: number): void;
  /** Takes out the entry at an index: the window has moved past it. */
  remove(entries: EntryColumns, index: number): void;
  /**
   * What is measured over the window that ends with the run last added and begins at `from`; undefined when nothing can
   * be measured.
   */
  measure(from: number): number | undefined;
  /**
   * Where the tightest window that still meets the condition begins, for the window of indexes [low, last].
   * Asked only after the condition was met.
   */
  tightest(entries: EntryColumns, low: number, last: number): number;
}
