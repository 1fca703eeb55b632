import type { EntryColumns } from './entry-columns.js';
import type { Judge } from './judge.js';

/** event_count: how many entries the window holds. */
export class CountJudge implements Judge {
  private count = 0;

  constructor(private readonly needed: number) {}

  add(_entries: EntryColumns, first: number, last: number): void {
    this.count += last - first + 1;
  }

  remove(): void {
    this.count -= 1;
  }

  measure(): number {
    return this.count;
  }

  tightest(entries: EntryColumns, low: number, last: number): number {
    return startOf(entries, Math.max(low, last - this.needed + 1), last);
  }
}

/** Earliest start among entries [low, last]; where entries are events, the time of the first. */
export function startOf(entries: EntryColumns, low: number, last: number): number {
  if (entries.starts === undefined) return entries.times[low]!;
  let start = entries.starts[low]!;
  for (let i = low + 1; i <= last; i += 1) start = Math.min(start, entries.starts[i]!);
  return start;
}
