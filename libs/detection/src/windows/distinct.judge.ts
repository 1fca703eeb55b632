import type { EntryColumns, EntryValue } from './entry-columns.js';
import { startOf } from './count.judge.js';
import type { Judge } from './judge.js';

/** value_count: how many different values the window holds. */
export class DistinctJudge implements Judge {
  private readonly counts = new Map<string | number, number>();

  constructor(private readonly needed: number) {}

  add(entries: EntryColumns, first: number, last: number): void {
    for (let i = first; i <= last; i += 1) {
      for (const value of listed(entries.values![i])) {
        this.counts.set(value, (this.counts.get(value) ?? 0) + 1);
      }
    }
  }

  remove(entries: EntryColumns, index: number): void {
    for (const value of listed(entries.values![index])) {
      const count = this.counts.get(value)!;
      if (count === 1) this.counts.delete(value);
      else this.counts.set(value, count - 1);
    }
  }

  measure(): number {
    return this.counts.size;
  }

  tightest(entries: EntryColumns, low: number, last: number): number {
    const seen = new Set<string | number>();
    for (let i = last; i >= low; i -= 1) {
      for (const value of listed(entries.values![i])) seen.add(value);
      if (seen.size >= this.needed) return startOf(entries, i, last);
    }
    return startOf(entries, low, last);
  }
}

/** The values of an entry as a list. */
export function listed(value: EntryValue | undefined): readonly (string | number)[] {
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [value];
}
