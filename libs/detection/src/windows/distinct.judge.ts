import type { EntryColumns, EntryValue, JudgedEntry } from './entry-columns.js';
import { startOf } from './count.judge.js';
import type { Judge } from './judge.js';

/** value_count: how many different values the window holds. */
export class DistinctJudge implements Judge {
  readonly addsAnywhere = true;
  readonly removesAnywhere = true;
  private readonly counts = new Map<string | number, number>();

  constructor(private readonly needed: number) {}

  add(entry: JudgedEntry): void {
    for (const value of listed(entry.value)) this.counts.set(value, (this.counts.get(value) ?? 0) + 1);
  }

  addBits(): boolean {
    return true;
  }

  remove(entry: JudgedEntry): void {
    for (const value of listed(entry.value)) {
      const count = this.counts.get(value)!;
      if (count === 1) this.counts.delete(value);
      else this.counts.set(value, count - 1);
    }
  }

  measure(): number {
    return this.counts.size;
  }

  tightest(entries: EntryColumns, low: number, end: number): number {
    const seen = new Set<string | number>();
    for (let i = end; i > low;) {
      i = entries.previous(i);
      for (const value of listed(entries.value(i))) seen.add(value);
      if (seen.size >= this.needed) return startOf(entries, i, end);
    }
    return startOf(entries, low, end);
  }
}

/** The values of an entry as a list. */
export function listed(value: EntryValue | undefined): readonly (string | number)[] {
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [value];
}
