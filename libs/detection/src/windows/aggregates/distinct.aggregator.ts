import type { ShownEntry } from '../entries/entries.js';
import type { EntryValue } from '../groups/event-facts.js';
import type { Aggregator } from './aggregator.js';

/** value_count: how many different values the window holds. */
export class DistinctAggregator implements Aggregator {
  readonly anyOrder = true;
  private readonly counts = new Map<string | number, number>();

  add({ value }: ShownEntry): void {
    for (const each of listed(value)) this.counts.set(each, (this.counts.get(each) ?? 0) + 1);
  }

  remove({ value }: ShownEntry): void {
    for (const each of listed(value)) {
      const count = this.counts.get(each)!;
      if (count === 1) this.counts.delete(each);
      else this.counts.set(each, count - 1);
    }
  }

  measure(): number {
    return this.counts.size;
  }
}

/** The values of an entry as a list. */
export function listed(value: EntryValue | undefined): readonly (string | number)[] {
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [value];
}
