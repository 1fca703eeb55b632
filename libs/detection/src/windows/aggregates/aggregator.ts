import type { ShownEntry } from '../entries/entries.js';

/** Measures a window from the entries that it is shown as they come into it and fall out of it. */
export interface Aggregator {
  /** Entries may come and go in any order. Otherwise they come from old to new, and go at the old end alone. */
  readonly anyOrder: boolean;
  add(entry: Readonly<ShownEntry>): void;
  remove(entry: Readonly<ShownEntry>): void;
  /** What is measured over the window that begins at `from`; undefined when nothing can be measured. */
  measure(from: number): number | undefined;
}
