import type { ShownEntry } from '../entries/entries.js';
import type { Aggregator } from './aggregator.js';
import { listed } from './distinct.aggregator.js';
import { ExactSum } from './exact-sum.js';
import { SortedNumbers } from './sorted-numbers.js';

/**
 * value_sum. The sum is exact, so that the order of arrival cannot tip a threshold. Numbers below zero add nothing: with
 * them a sum could fall again when an event comes late.
 */
export class SumAggregator implements Aggregator {
  readonly anyOrder = true;
  private readonly sum = new ExactSum();

  add({ value }: ShownEntry): void {
    for (const each of listed(value)) if ((each as number) > 0) this.sum.add(each as number);
  }

  remove({ value }: ShownEntry): void {
    for (const each of listed(value)) if ((each as number) > 0) this.sum.add(-(each as number));
  }

  measure(): number {
    return this.sum.value;
  }
}

/** value_avg, of an exact sum too. */
export class AverageAggregator implements Aggregator {
  readonly anyOrder = true;
  private readonly sum = new ExactSum();
  private count = 0;

  add({ value }: ShownEntry): void {
    for (const each of listed(value)) {
      this.sum.add(each as number);
      this.count += 1;
    }
  }

  remove({ value }: ShownEntry): void {
    for (const each of listed(value)) {
      this.sum.add(-(each as number));
      this.count -= 1;
    }
  }

  measure(): number | undefined {
    return this.count === 0 ? undefined : this.sum.value / this.count;
  }
}

/** value_percentile and value_median: nearest rank, so the answer is always one of the values. */
export class PercentileAggregator implements Aggregator {
  readonly anyOrder = true;
  private readonly sorted = new SortedNumbers();

  constructor(private readonly percentile: number) {}

  add({ value }: ShownEntry): void {
    for (const each of listed(value)) this.sorted.add(each as number);
  }

  remove({ value }: ShownEntry): void {
    for (const each of listed(value)) this.sorted.delete(each as number);
  }

  measure(): number | undefined {
    return this.sorted.nth(Math.max(1, Math.ceil((this.percentile / 100) * this.sorted.size)) - 1);
  }
}
