import type { JudgedEntry } from './entry-columns.js';

/** Measures the window that ends at a moment. */
export type Measure = (time: number) => number | undefined;

/**
 * What a correlation keeps of a large group into which events come late: it finds the moments whose windows a late event
 * made fire, or cease to, without going through all the windows that the event is in. Windows in order need none.
 */
export interface WindowIndex {
  add(entry: JudgedEntry): void;
  remove(entry: JudgedEntry): void;
  /** An entry has more bits than before. */
  addBits(entry: JudgedEntry, before: number): void;
  /** Takes it as told which windows fire now, all of them having been judged. */
  settle(judge: Measure): void;
  /**
   * The moments within [from, to], no longer than a timespan, that began or ceased to fire since they were last asked
   * for, in order of time. Where windows only ever begin to fire it may be less, and more: the last that fires, and
   * unless it is `begun` by then the first that does. `judge` measures by a judge; it is asked in cases of doubt.
   */
  changes(from: number, to: number, begun: boolean, judge: Measure): number[];
  /** Whether the window that ends at a moment fires, as last told by {@link changes}. */
  fires(time: number): boolean;
  /** What is measured over the window that ends at a moment; undefined when only a judge can tell. */
  measure(time: number): number | undefined;
}
