import type { EntryColumns } from './entry-columns.js';
import type { GroupWindow } from './group-window.js';

/** Bits of the rule whose events wait for an answer, and of the rule whose events are the answers. */
const QUESTION = 1;
const ANSWER = 2;
/** Bit of an event that was found unanswered; later events do not change that any more. */
const MISSED = 1 << 30;

/**
 * Whether an event of an absence is unanswered: with two rules, no event of the second happened at its time or within
 * the timespan after it; with one rule, no further event of the same rule happened within the timespan after it.
 */
export function unanswered(entries: EntryColumns, index: number, timespan: number, rules: number): boolean {
  const { times, masks } = entries;
  const time = times[index]!;
  const answer = rules === 1 ? QUESTION : ANSWER;
  for (let i = rules === 1 ? entries.upper(time) : entries.lower(time); i < times.length; i += 1) {
    if (times[i]! > time + timespan) break;
    if (i !== index && (masks![i]! & answer) !== 0) return false;
  }
  return true;
}

/** Notes that an event was found unanswered at a moment, from which on it is remembered as if it had just arrived. */
export function markMissed(entries: EntryColumns, index: number, now: number): void {
  entries.masks![index]! |= MISSED;
  entries.arrivals[index] = now;
}

/** Indexes of the events in [low, high) that were found unanswered. */
export function missedIn(entries: EntryColumns, low: number, high: number): number[] {
  const found: number[] = [];
  for (let i = low; i < high; i += 1) if ((entries.masks![i]! & MISSED) !== 0) found.push(i);
  return found;
}

/** An event that may still be answered. */
export interface OpenQuestion {
  readonly group: GroupWindow;
  readonly time: number;
  readonly id: string;
  /** The arrival after which no answer counts any more. */
  readonly due: number;
}
