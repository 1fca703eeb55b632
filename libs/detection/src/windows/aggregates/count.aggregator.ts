import type { Aggregator } from './aggregator.js';

/** event_count: how many entries the window holds. An entry counts once, whichever rules it matched. */
export class CountAggregator implements Aggregator {
  readonly anyOrder = true;
  private count = 0;

  add(): void {
    this.count += 1;
  }

  remove(): void {
    this.count -= 1;
  }

  measure(): number {
    return this.count;
  }
}
