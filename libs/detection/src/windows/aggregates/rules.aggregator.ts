import type { ShownEntry } from '../entries/entries.js';
import type { Aggregator } from './aggregator.js';

/** temporal: how many of the referred rules matched within the window. */
export class RulesAggregator implements Aggregator {
  readonly anyOrder = true;
  /** Entries of each rule. */
  private readonly counts: number[];
  private present = 0;

  constructor(rules: number) {
    this.counts = new Array<number>(rules).fill(0);
  }

  add({ mask }: ShownEntry): void {
    for (let rest = mask, rule = 0; rest !== 0; rest >>>= 1, rule += 1) {
      if ((rest & 1) === 0) continue;
      if (this.counts[rule]! === 0) this.present += 1;
      this.counts[rule]! += 1;
    }
  }

  remove({ mask }: ShownEntry): void {
    for (let rest = mask, rule = 0; rest !== 0; rest >>>= 1, rule += 1) {
      if ((rest & 1) === 0) continue;
      this.counts[rule]! -= 1;
      if (this.counts[rule]! === 0) this.present -= 1;
    }
  }

  measure(): number {
    return this.present;
  }
}
