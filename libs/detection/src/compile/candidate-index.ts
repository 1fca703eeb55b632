import type { RecordView } from '../evaluate/record-view.js';
import type { GramStatistics } from './gram-statistics.js';
import { LiteralIndex } from './literal-index.js';
import type { Witnesses } from './witness.js';

/** A rule as the index sees it: its number among all rules, and what it needs. */
export interface IndexedRule {
  readonly number: number;
  readonly witnesses: Witnesses;
}

/** What is looked up in one field. */
interface FieldIndex {
  readonly slot: number;
  readonly equal: Map<string, number[]>;
  readonly literals: LiteralIndex | undefined;
  /** Rules that only need the field to be there. */
  readonly present: number[];
}

/** Finds the rules that can match an event, by what each of them needs. */
export class CandidateIndex {
  /** Rules without anything to look up. */
  private readonly always: number[] = [];
  private readonly fields: FieldIndex[] = [];
  private readonly keywords: LiteralIndex | undefined;
  private readonly marks: Uint32Array;
  private generation = 0;
  /** Candidates of the present event; the first {@link count} are valid. */
  private readonly found: Int32Array;
  private count = 0;

  /** `total` is the number of all rules, also of those that are not in this index. */
  constructor(rules: readonly IndexedRule[], total: number, statistics: GramStatistics) {
    this.marks = new Uint32Array(total);
    this.found = new Int32Array(rules.length);
    const building = new Map<
      number,
      { equal: Map<string, number[]>; literals: Map<string, number[]>; present: number[] }
    >();
    const keywords = new Map<string, number[]>();
    const field = (slot: number) => {
      let entry = building.get(slot);
      if (entry === undefined)
        building.set(slot, (entry = { equal: new Map(), literals: new Map(), present: [] }));
      return entry;
    };
    for (const { number, witnesses } of rules) {
      if (witnesses === undefined) {
        this.always.push(number);
        continue;
      }
      for (const witness of witnesses) {
        switch (witness.kind) {
          case 'equal':
            addTo(field(witness.slot).equal, witness.text, number);
            break;
          case 'literal':
            addTo(field(witness.slot).literals, witness.text, number);
            break;
          case 'keyword':
            addTo(keywords, witness.text, number);
            break;
          case 'present': {
            const { present } = field(witness.slot);
            if (present.at(-1) !== number) present.push(number);
            break;
          }
        }
      }
    }
    for (const [slot, { equal, literals, present }] of building) {
      this.fields.push({
        slot,
        equal,
        present,
        literals: literals.size === 0 ? undefined : new LiteralIndex(literals, statistics),
      });
    }
    this.keywords = keywords.size === 0 ? undefined : new LiteralIndex(keywords, statistics);
  }

  /** Numbers of the rules that may match the event, each once. The answer is valid until the next call. */
  candidates(view: RecordView): Int32Array {
    this.count = 0;
    this.generation += 1;
    if (this.generation > 0xfffffffe) {
      this.generation = 1;
      this.marks.fill(0);
    }
    this.mark(this.always);
    for (const { slot, equal, literals, present } of this.fields) {
      const values = view.field(slot);
      if (!values.present) continue;
      if (present.length > 0) this.mark(present);
      if (equal.size === 0 && literals === undefined) continue;
      for (let i = 0; i < values.count; i += 1) {
        const text = values.folded(i);
        if (text === undefined) continue;
        const numbers = equal.get(text);
        if (numbers !== undefined) this.mark(numbers);
        literals?.scan(text, this.mark);
      }
    }
    if (this.keywords !== undefined) {
      const values = view.keywords();
      for (let i = 0; i < values.count; i += 1) {
        const text = values.folded(i);
        if (text !== undefined) this.keywords.scan(text, this.mark);
      }
    }
    const found = this.found.subarray(0, this.count);
    return this.count > 1 ? found.sort() : found;
  }

  private readonly mark = (numbers: readonly number[]): void => {
    for (let i = 0; i < numbers.length; i += 1) {
      const number = numbers[i]!;
      if (this.marks[number] === this.generation) continue;
      this.marks[number] = this.generation;
      this.found[this.count] = number;
      this.count += 1;
    }
  };
}

function addTo(lists: Map<string, number[]>, text: string, number: number): void {
  const list = lists.get(text);
  if (list === undefined) lists.set(text, [number]);
  else if (list.at(-1) !== number) list.push(number);
}
