import type { EntryColumns, JudgedEntry } from './entry-columns.js';

/**
 * Measures windows that end at successive moments. Entries are added from old to new; those that fall out of the window
 * at its old end are removed. One judge serves one group.
 */
export interface Judge {
  /** Whether an entry may also be added anywhere between the others. */
  readonly addsAnywhere: boolean;
  /** Whether an entry may also be taken out that the window has not moved past. */
  readonly removesAnywhere: boolean;
  add(entry: JudgedEntry): void;
  /** An entry that was added has more bits than before, or a later start. Answers whether the judge can tell what of it. */
  addBits(entry: JudgedEntry): boolean;
  /** Takes out an entry. */
  remove(entry: JudgedEntry): void;
  /**
   * What is measured over the window that ends with the entries last added and begins at `from`; undefined when nothing
   * can be measured.
   */
  measure(from: number): number | undefined;
  /**
   * Where the tightest window that still meets the condition begins, for the window of the entries [low, end).
   * Asked only after the condition was met.
   */
  tightest(entries: EntryColumns, low: number, end: number): number;
}
