import type { Threshold } from '../../document/rule-document.js';
import type { Entries } from '../entries/entries.js';
import type { Aggregator } from './aggregator.js';
import { shownEntry } from './measured-window.js';
import { meetsLowerBounds } from './threshold.js';

const SHOWN = shownEntry();

/**
 * Where the tightest window begins that meets the lower bounds of a condition, given entries of which those that begin
 * last come first. Without lower bounds it is the whole window.
 *
 * @param indexes of the entries, at least one
 */
export function tightestStart(
  entries: Entries,
  indexes: Iterable<number>,
  aggregator: Aggregator,
  threshold: Threshold,
): number {
  let start = Infinity;
  for (const index of indexes) {
    start = entries.start(index);
    aggregator.add(entries.show(index, SHOWN));
    const value = aggregator.measure(start);
    if (value !== undefined && meetsLowerBounds(threshold, value)) break;
  }
  return start;
}

/** The indexes [low, end), the last one first. */
export function* backwards(low: number, end: number): Iterable<number> {
  for (let i = end - 1; i >= low; i -= 1) yield i;
}
