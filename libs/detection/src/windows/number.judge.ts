import { startOf } from './count.judge.js';
import { listed } from './distinct.judge.js';
import type { EntryColumns } from './entry-columns.js';
import { ExactSum } from './exact-sum.js';
import type { Judge } from './judge.js';

/** value_sum and value_avg. The sum is exact, so that the order of arrival cannot tip a threshold. */
export class SumJudge implements Judge {
  private readonly sum = new ExactSum();
  private count = 0;

  constructor(private readonly average: boolean) {}

  add(entries: EntryColumns, first: number, last: number): void {
    for (let i = first; i <= last; i += 1) this.change(entries, i, 1);
  }

  remove(entries: EntryColumns, index: number): void {
    this.change(entries, index, -1);
  }

  measure(): number | undefined {
    if (!this.average) return this.sum.value;
    return this.count === 0 ? undefined : this.sum.value / this.count;
  }

  tightest(entries: EntryColumns, low: number, last: number): number {
    return startOf(entries, low, last);
  }

  private change(entries: EntryColumns, index: number, sign: 1 | -1): void {
    for (const value of listed(entries.values![index])) {
      this.sum.add(sign * (value as number));
      this.count += sign;
    }
  }
}

/** value_percentile and value_median: nearest rank, so the answer is always one of the values. */
export class PercentileJudge implements Judge {
  private readonly sorted: number[] = [];

  constructor(private readonly percentile: number) {}

  add(entries: EntryColumns, first: number, last: number): void {
    for (let i = first; i <= last; i += 1) {
      for (const value of listed(entries.values![i])) {
        this.sorted.splice(this.position(value as number), 0, value as number);
      }
    }
  }

  remove(entries: EntryColumns, index: number): void {
    for (const value of listed(entries.values![index])) this.sorted.splice(this.position(value as number), 1);
  }

  measure(): number | undefined {
    const rank = Math.max(1, Math.ceil((this.percentile / 100) * this.sorted.length));
    return this.sorted[rank - 1];
  }

  tightest(entries: EntryColumns, low: number, last: number): number {
    return startOf(entries, low, last);
  }

  private position(value: number): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
