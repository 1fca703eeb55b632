import { startOf } from './count.judge.js';
import { listed } from './distinct.judge.js';
import type { EntryColumns, JudgedEntry } from './entry-columns.js';
import { ExactSum } from './exact-sum.js';
import type { Judge } from './judge.js';
import { SortedNumbers } from './sorted-numbers.js';

/** value_sum and value_avg. The sum is exact, so that the order of arrival cannot tip a threshold. */
export class SumJudge implements Judge {
  readonly addsAnywhere = true;
  readonly removesAnywhere = true;
  private readonly sum = new ExactSum();
  private count = 0;

  constructor(private readonly average: boolean) {}

  add(entry: JudgedEntry): void {
    this.change(entry, 1);
  }

  addBits(): boolean {
    return true;
  }

  remove(entry: JudgedEntry): void {
    this.change(entry, -1);
  }

  measure(): number | undefined {
    if (!this.average) return this.sum.value;
    return this.count === 0 ? undefined : this.sum.value / this.count;
  }

  tightest(entries: EntryColumns, low: number, end: number): number {
    return startOf(entries, low, end);
  }

  private change(entry: JudgedEntry, sign: 1 | -1): void {
    for (const value of listed(entry.value)) {
      this.sum.add(sign * (value as number));
      this.count += sign;
    }
  }
}

/** value_percentile and value_median: nearest rank, so the answer is always one of the values. */
export class PercentileJudge implements Judge {
  readonly addsAnywhere = true;
  readonly removesAnywhere = true;
  private readonly sorted = new SortedNumbers();

  constructor(private readonly percentile: number) {}

  add(entry: JudgedEntry): void {
    for (const value of listed(entry.value)) this.sorted.add(value as number);
  }

  addBits(): boolean {
    return true;
  }

  remove(entry: JudgedEntry): void {
    for (const value of listed(entry.value)) this.sorted.delete(value as number);
  }

  measure(): number | undefined {
    return this.sorted.nth(Math.max(1, Math.ceil((this.percentile / 100) * this.sorted.size)) - 1);
  }

  tightest(entries: EntryColumns, low: number, end: number): number {
    return startOf(entries, low, end);
  }
}
