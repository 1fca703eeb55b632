import type { EntryValue } from '../groups/event-facts.js';

/**
 * What the entries of a group add up to, however they lie in time. Kept up to date as entries come in and worked out
 * again when many have gone, so it is never too small: enough to tell that no window of the group can reach a threshold.
 */
export class EntryTotals {
  /** Number of entries. */
  entries = 0;
  /** For each referred rule the time of its latest entry. */
  readonly latest: number[] = [];
  /** Number of values. */
  values = 0;
  /** The different values, as many as were asked for at most. */
  readonly distinct = new Set<string | number>();
  /** Sum of the values above zero; rounded. */
  positive = 0;
  greatest = -Infinity;

  /** @param most different values that are kept */
  constructor(private readonly most: number) {}

  add(time: number, mask: number, value: EntryValue | undefined): void {
    this.entries += 1;
    this.addRules(time, mask);
    if (value === undefined) return;
    if (typeof value === 'object') for (const each of value) this.addValue(each);
    else this.addValue(value);
  }

  /** Notes that further rules matched at a time. */
  addRules(time: number, mask: number): void {
    for (let rest = mask, rule = 0; rest !== 0; rest >>>= 1, rule += 1) {
      while (this.latest.length <= rule) this.latest.push(-Infinity);
      if ((rest & 1) === 1 && time > this.latest[rule]!) this.latest[rule] = time;
    }
  }

  private addValue(value: string | number): void {
    this.values += 1;
    if (this.distinct.size < this.most) this.distinct.add(value);
    if (typeof value !== 'number') return;
    if (value > 0) this.positive += value;
    if (value > this.greatest) this.greatest = value;
  }
}
