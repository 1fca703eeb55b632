import type { EntryColumns } from './entry-columns.js';
import type { Judge } from './judge.js';

/** event_count: how many entries the window holds. */
export class CountJudge implements Judge {
  readonly addsAnywhere = true;
  readonly removesAnywhere = true;
  private count = 0;

  constructor(private readonly needed: number) {}

  add(): void {
    this.count += 1;
  }

  addBits(): boolean {
    // An entry counts once, whichever rules it matched.
    return true;
  }

  remove(): void {
    this.count -= 1;
  }

  measure(): number {
    return this.count;
  }

  tightest(entries: EntryColumns, low: number, end: number): number {
    return startOf(entries, Math.max(low, entries.back(end, this.needed) ?? low), end);
  }
}

/** Earliest start among entries [low, end); where entries are events, the time of the first. */
export function startOf(entries: EntryColumns, low: number, end: number): number {
  if (!entries.hasStarts) return entries.time(low);
  let start = entries.start(low);
  for (let i = entries.next(low); i < end; i = entries.next(i)) start = Math.min(start, entries.start(i));
  return start;
}
