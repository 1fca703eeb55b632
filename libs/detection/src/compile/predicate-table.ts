import type { Item } from '../document/selection.js';
import type { FieldSlots, RecordView } from '../evaluate/record-view.js';
import { itemKey } from './item-key.js';
import { compileItemTest, itemCost, type ItemTest } from './item-test.js';
import { compileMatcher, type MatcherTest } from './matcher-test.js';

/** An item of a rule, compiled; rules with the same item share it. */
export interface Predicate {
  readonly item: Item;
  /** Slot of the field, -1 for keywords. */
  readonly slot: number;
  readonly test: ItemTest;
  readonly cost: number;
}

/** Verdicts, as they are added to the stamp of an event. */
const HOLDS = 1;
const UNKNOWN = 2;

/** All items of all rules, each distinct one once; remembers verdicts for the present event. */
export class PredicateTable {
  readonly predicates: Predicate[] = [];
  private readonly known = new Map<string, number>();
  private verdicts = new Uint32Array(256);
  private generation = 0;

  constructor(private readonly slots: FieldSlots) {}

  /** Regular expressions in all of them. */
  get expressions(): number {
    return this.predicates.reduce(
      (sum, { item }) => sum + item.matchers.filter(({ kind }) => kind === 'regex').length,
      0,
    );
  }

  add(item: Item): number {
    const key = itemKey(item);
    let number = this.known.get(key);
    if (number === undefined) {
      number = this.predicates.length;
      const slot = item.field === null ? -1 : this.slots.slot(item.field);
      const test = compileItemTest(item, slot, this.slots);
      this.predicates.push({ item, slot, test, cost: itemCost(item) });
      this.known.set(key, number);
      if (this.verdicts.length < this.predicates.length) {
        const larger = new Uint32Array(this.verdicts.length * 2);
        larger.set(this.verdicts);
        this.verdicts = larger;
      }
    }
    return number;
  }

  /** Forgets what was only needed to find items that are there already; nothing is added any more. */
  seal(): void {
    this.known.clear();
  }

  /** Forgets the verdicts on the event before. */
  nextEvent(): void {
    this.generation += 1;
    if (this.generation >= 0x3fffffff) {
      this.generation = 1;
      this.verdicts.fill(0);
    }
  }

  /**
   * The verdict of a predicate on the present event, worked out at most once. One that cannot be afforded is none: that
   * is a refusal of the event's budget each time it is asked for.
   */
  holds(number: number, view: RecordView): boolean {
    const stamp = this.generation * 4;
    const verdict = this.verdicts[number]!;
    const { spending } = view;
    if (verdict >= stamp) {
      if (verdict === stamp + UNKNOWN) spending.refusals += 1;
      return verdict === stamp + HOLDS;
    }
    const { refusals } = spending;
    const holds = this.predicates[number]!.test(view);
    this.verdicts[number] = stamp + (spending.refusals !== refusals ? UNKNOWN : holds ? HOLDS : 0);
    return holds;
  }

  /** The matchers of a predicate one by one, to tell which of them were met. */
  matchers(number: number): MatcherTest[] {
    return this.predicates[number]!.item.matchers.map((matcher) => compileMatcher(matcher, this.slots));
  }
}
