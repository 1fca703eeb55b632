import { BlockList } from './block-list.js';
import type { EntryColumns, JudgedEntry } from './entry-columns.js';
import type { GroupWindow } from './group-window.js';
import { SortedNumbers } from './sorted-numbers.js';

/** Bit of the rule whose events are the answers; that of the questions is 1. */
const ANSWER = 2;
/** Bit of an event that was found unanswered; later events do not change that any more. */
const MISSED = 1 << 30;
/** Groups with more entries get an index. */
const INDEX_FROM = 256;

/** An event that was found unanswered. */
interface Missed {
  readonly time: number;
  readonly id: string;
}

/** Of a large group: when there were answers, and what was found unanswered. */
export class AbsenceIndex {
  readonly answers = new SortedNumbers();
  readonly missed = new BlockList<Missed>();

  constructor(entries: EntryColumns) {
    for (let i = entries.begin; i < entries.end; i = entries.next(i)) this.add(entries.judged(i));
  }

  add({ time, id, mask }: JudgedEntry): void {
    if ((mask & ANSWER) !== 0) this.answers.add(time);
    if ((mask & MISSED) !== 0) this.miss({ time, id });
  }

  remove({ time, id, mask }: JudgedEntry): void {
    if ((mask & ANSWER) !== 0) this.answers.delete(time);
    if ((mask & MISSED) !== 0) this.missed.remove(this.placeOf({ time, id }));
  }

  addBits({ time, mask }: JudgedEntry, before: number): void {
    if ((mask & ~before & ANSWER) !== 0) this.answers.add(time);
  }

  miss(entry: Missed): void {
    this.missed.insert(this.placeOf(entry), entry);
  }

  private placeOf({ time, id }: Missed): number {
    return this.missed.find((other) => other.time > time || (other.time === time && other.id >= id));
  }
}

/** The index of a group that is large; undefined for a small one. */
function indexOf(group: GroupWindow): AbsenceIndex | undefined {
  if (group.absence === undefined && group.entries.size > INDEX_FROM) {
    group.absence = new AbsenceIndex(group.entries);
  }
  return group.absence;
}

/**
 * Whether an event of an absence is unanswered: with two rules, no event of the second happened at its time or within
 * the timespan after it; with one rule, no further event of the same rule happened within the timespan after it.
 */
export function unanswered(group: GroupWindow, address: number, timespan: number, rules: number): boolean {
  const { entries } = group;
  const time = entries.time(address);
  if (rules === 1) {
    const next = entries.upper(time);
    return next === entries.end || entries.time(next) > time + timespan;
  }
  const index = indexOf(group);
  if (index !== undefined) {
    // An event that is both does not answer itself.
    const own = (entries.mask(address) & ANSWER) !== 0 && index.answers.count(time) === 1;
    return (own ? index.answers.above(time) : index.answers.atLeast(time)) > time + timespan;
  }
  for (let i = entries.lower(time); i < entries.end; i = entries.next(i)) {
    if (entries.time(i) > time + timespan) break;
    if (i !== address && (entries.mask(i) & ANSWER) !== 0) return false;
  }
  return true;
}

/**
 * With one rule: takes out what nobody asks for between events that are at most a timespan apart, after an entry was put
 * in. Whatever may still come in between, or be taken from there, is followed by the later of the two; so a source that
 * never rests costs two or three entries a timespan, however much it says. Answers how many entries went.
 */
export function leaveOutFollowed(group: GroupWindow, address: number, timespan: number): number {
  if (leaveOut(group, address, timespan)) return 1;
  const { entries } = group;
  let left = 0;
  // The later one first: its going moves no address before it.
  const next = entries.next(address);
  if (next < entries.end && leaveOut(group, next, timespan)) left += 1;
  // Those of one moment stay until something follows them, and then go together.
  let entry = address;
  while (entry > entries.begin) {
    const before = entries.previous(entry);
    if (!leaveOut(group, before, timespan)) break;
    left += 1;
    entry = before;
  }
  return left;
}

/** Takes an entry out when the ones before and after it are near enough, and it was not found unanswered itself. */
function leaveOut(group: GroupWindow, address: number, timespan: number): boolean {
  const { entries } = group;
  const next = entries.next(address);
  if (address === entries.begin || next === entries.end) return false;
  const follower = entries.time(next);
  if (follower - entries.time(entries.previous(address)) > timespan) return false;
  if (follower === entries.time(address)) return false;
  const entry = entries.judged(address);
  if ((entry.mask & MISSED) !== 0) return false;
  group.absence?.remove(entry);
  entries.remove(address);
  return true;
}

/** Whether the event at an address was found unanswered before. */
export function isMissed(group: GroupWindow, address: number): boolean {
  return (group.entries.mask(address) & MISSED) !== 0;
}

/** Notes that an event was found unanswered at a moment, from which on it is remembered as if it had just arrived. */
export function markMissed(group: GroupWindow, address: number, now: number): void {
  const { entries } = group;
  const mask = entries.mask(address);
  if ((mask & MISSED) === 0) {
    group.absence?.miss({ time: entries.time(address), id: entries.id(address) });
  }
  entries.setMask(address, mask | MISSED);
  entries.setArrival(address, now);
}

/** What was found unanswered within [from, to]: how many, the earliest and the latest. */
export function missedWithin(
  group: GroupWindow,
  from: number,
  to: number,
): { count: number; ids: (first: number, end: number) => string[] } {
  const { entries } = group;
  const index = indexOf(group);
  if (index === undefined) {
    const ids = missedIn(entries, entries.lower(from), entries.upper(to)).map(({ id }) => id);
    return { count: ids.length, ids: (first, end) => ids.slice(first, end) };
  }
  const { missed } = index;
  const low = missed.find(({ time }) => time >= from);
  const count = missed.between(
    low,
    missed.find(({ time }) => time > to),
  );
  return {
    count,
    ids: (first, end) => {
      const ids: string[] = [];
      const rank = missed.rank(low);
      for (let i = first; i < end; i += 1) ids.push(missed.at(missed.addressOf(rank + i)).id);
      return ids;
    },
  };
}

/** The events at [low, high) that were found unanswered. */
export function missedIn(entries: EntryColumns, low: number, high: number): Missed[] {
  const found: Missed[] = [];
  for (let i = low; i < high; i = entries.next(i)) {
    if ((entries.mask(i) & MISSED) !== 0) found.push({ time: entries.time(i), id: entries.id(i) });
  }
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
