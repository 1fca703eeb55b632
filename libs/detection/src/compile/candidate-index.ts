import type { RecordView } from '../evaluate/record-view.js';
import type { PredicateTable } from './predicate.js';
import type { Node } from './program.js';
import { witnessesOf } from './witness.js';

/** A rule as the index sees it: its number among all rules, and its compiled form. */
export interface IndexedRule {
  readonly number: number;
  readonly node: Node;
}

/** Finds the rules that can match an event, by what each of them needs. */
export class CandidateIndex {
  /** Rules without anything to look up. */
  private readonly always: number[] = [];
  private readonly equal = new Map<number, Map<string, number[]>>();
  private readonly fields: { slot: number; rules: Map<string, number[]> }[] = [];
  private readonly marks: Uint32Array;
  private generation = 0;

  constructor(
    rules: readonly IndexedRule[],
    predicates: PredicateTable,
    private readonly total: number,
  ) {
    for (const { number, node } of rules) {
      const witnesses = witnessesOf(node, predicates);
      if (witnesses === undefined || witnesses.some(({ kind }) => kind !== 'equal')) {
        this.always.push(number);
        continue;
      }
      for (const witness of witnesses) {
        if (witness.kind !== 'equal') continue;
        let texts = this.equal.get(witness.slot);
        if (texts === undefined) {
          this.equal.set(witness.slot, (texts = new Map()));
          this.fields.push({ slot: witness.slot, rules: texts });
        }
        const list = texts.get(witness.text);
        if (list === undefined) texts.set(witness.text, [number]);
        else if (list.at(-1) !== number) list.push(number);
      }
    }
    this.marks = new Uint32Array(this.total);
  }

  /** Calls back for every rule that may match, each once. */
  candidates(view: RecordView, found: (rule: number) => void): void {
    for (const number of this.always) found(number);
    this.generation += 1;
    if (this.generation > 0xfffffffe) {
      this.generation = 1;
      this.marks.fill(0);
    }
    for (const { slot, rules } of this.fields) {
      const values = view.field(slot);
      for (let i = 0; i < values.count; i += 1) {
        const text = values.folded(i);
        const numbers = text === undefined ? undefined : rules.get(text);
        if (numbers === undefined) continue;
        for (const number of numbers) {
          if (this.marks[number] === this.generation) continue;
          this.marks[number] = this.generation;
          found(number);
        }
      }
    }
  }
}
