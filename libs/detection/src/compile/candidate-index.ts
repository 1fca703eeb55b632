import type { FieldSlots, RecordView } from '../evaluate/record-view.js';
import type { GramStatistics } from './gram-statistics.js';
import { LiteralIndex, type LiteralPlace, type Payload, type SoughtLiteral } from './literal-index.js';
import type { Witnesses } from './witness.js';

/** A rule as the index sees it: its number among all rules, and what it needs. */
export interface IndexedRule {
  readonly number: number;
  readonly witnesses: Witnesses;
}

/** What is looked up in one field. */
interface FieldIndex {
  readonly slot: number;
  readonly equal: ReadonlyMap<string, readonly number[]>;
  readonly literals: LiteralIndex | undefined;
  /** Rules that only need the field to be there. */
  readonly present: readonly number[];
}

/** From this many fields on it is quicker to go through the event's own keys than through all fields. */
const MANY_FIELDS = 32;

/** What numbers and booleans look like as text. */
const NUMERIC = /^[-+.e\d]+$/;
const WORDS = ['true', 'false', 'infinity', 'nan'];

/** Finds the rules that can match an event, by what each of them needs. */
export class CandidateIndex {
  /** Rules without anything to look up. */
  private readonly always: number[] = [];
  private readonly fields: readonly FieldIndex[];
  /** The fields that a key of an event may lead to; undefined when there are few fields. */
  private readonly byKey: ReadonlyMap<string, readonly FieldIndex[]> | undefined;
  private readonly keywords: LiteralIndex | undefined;
  /** Whether the text of a number or boolean can hold one of the keywords at all. */
  private readonly numericKeywords: boolean;
  private readonly marks: Uint32Array;
  /** What literals found in the present event report. */
  private readonly payloads: Payload[] = [];
  private generation = 0;
  /** Numbers of the rules that may match the event looked at last, ascending; the first {@link count} are valid. */
  readonly found: Int32Array;
  count = 0;

  /** `total` is the number of all rules, also of those that are not in this index. */
  constructor(rules: readonly IndexedRule[], total: number, slots: FieldSlots, statistics: GramStatistics) {
    this.marks = new Uint32Array(total);
    this.found = new Int32Array(rules.length);
    const drafts = new Map<number, FieldDraft>();
    const keywords = new LiteralDraft();
    const draft = (slot: number): FieldDraft => {
      let entry = drafts.get(slot);
      if (entry === undefined) drafts.set(slot, (entry = new FieldDraft()));
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
            addTo(draft(witness.slot).equal, witness.text, number);
            break;
          case 'literal':
            draft(witness.slot).literals.add(witness.text, witness.place, number);
            break;
          case 'keyword':
            keywords.add(witness.text, 'anywhere', number);
            break;
          case 'present': {
            const { present } = draft(witness.slot);
            if (present.at(-1) !== number) present.push(number);
            break;
          }
        }
      }
    }
    this.fields = [...drafts].map(([slot, { equal, literals, present }]) => ({
      slot,
      equal,
      present,
      literals: literals.build(statistics),
    }));
    this.keywords = keywords.build(statistics);
    this.numericKeywords = keywords.some(
      (text) => NUMERIC.test(text) || WORDS.some((word) => word.includes(text)),
    );
    this.byKey = this.fields.length < MANY_FIELDS ? undefined : fieldsByKey(this.fields, slots);
  }

  /** Finds the rules that may match the event; answers how many. They stand in {@link found} until the next call. */
  search(view: RecordView): number {
    this.count = 0;
    this.generation += 1;
    if (this.generation > 0xfffffffe) {
      this.generation = 1;
      this.marks.fill(0);
    }
    this.mark(this.always);
    const { data } = view;
    if (this.byKey === undefined || !isPlain(data)) {
      for (const field of this.fields) this.lookUp(field, view);
    } else {
      for (const key in data) {
        const fields = this.byKey.get(key);
        if (fields !== undefined) for (const field of fields) this.lookUp(field, view);
      }
    }
    if (this.keywords !== undefined) this.lookUpKeywords(this.keywords, view);
    const { payloads } = this;
    for (let i = 0; i < payloads.length; i += 1) this.mark(payloads[i]!);
    payloads.length = 0;
    this.sortFound();
    return this.count;
  }

  private lookUp({ slot, equal, literals, present }: FieldIndex, view: RecordView): void {
    const values = view.field(slot);
    if (!values.present) return;
    if (present.length > 0) this.mark(present);
    for (let i = 0; i < values.count; i += 1) {
      const text = values.folded(i);
      if (text === undefined) continue;
      const numbers = equal.get(text);
      if (numbers !== undefined) this.mark(numbers);
      literals?.scan(text, this.payloads);
    }
  }

  private lookUpKeywords(keywords: LiteralIndex, view: RecordView): void {
    const values = view.keywords();
    for (let i = 0; i < values.count; i += 1) {
      const scalar = values.scalar(i);
      if (typeof scalar === 'string') keywords.scanUnfolded(scalar, this.payloads);
      else if (this.numericKeywords) keywords.scan(values.folded(i)!, this.payloads);
    }
  }

  private mark(numbers: Payload): void {
    const { marks, generation } = this;
    for (let i = 0; i < numbers.length; i += 1) {
      const number = numbers[i]!;
      if (marks[number] === generation) continue;
      marks[number] = generation;
      this.found[this.count] = number;
      this.count += 1;
    }
  }

  /** Few numbers, nearly in order already. */
  private sortFound(): void {
    const { found, count } = this;
    if (count > 64) {
      found.subarray(0, count).sort();
      return;
    }
    for (let i = 1; i < count; i += 1) {
      const number = found[i]!;
      let place = i;
      for (; place > 0 && found[place - 1]! > number; place -= 1) found[place] = found[place - 1]!;
      found[place] = number;
    }
  }
}

class FieldDraft {
  readonly equal = new Map<string, number[]>();
  readonly literals = new LiteralDraft();
  readonly present: number[] = [];
}

class LiteralDraft {
  private readonly places: Readonly<Record<LiteralPlace, Map<string, number[]>>> = {
    anywhere: new Map(),
    start: new Map(),
    end: new Map(),
  };

  add(text: string, place: LiteralPlace, number: number): void {
    addTo(this.places[place], text, number);
  }

  some(test: (text: string) => boolean): boolean {
    return Object.values(this.places).some((texts) => [...texts.keys()].some(test));
  }

  build(statistics: GramStatistics): LiteralIndex | undefined {
    const literals: SoughtLiteral[] = [];
    for (const place of ['anywhere', 'start', 'end'] as const) {
      for (const [text, payload] of this.places[place]) literals.push({ text, place, payload });
    }
    return literals.length === 0 ? undefined : new LiteralIndex(literals, statistics);
  }
}

function addTo(lists: Map<string, number[]>, text: string, number: number): void {
  const list = lists.get(text);
  if (list === undefined) lists.set(text, [number]);
  else if (list.at(-1) !== number) list.push(number);
}

/** A field is reached by its whole name, or by the first part of a dotted one. */
function fieldsByKey(fields: readonly FieldIndex[], slots: FieldSlots): Map<string, FieldIndex[]> {
  const byKey = new Map<string, FieldIndex[]>();
  for (const field of fields) {
    const { name, segments } = slots.paths[field.slot]!;
    for (const key of new Set([name, segments[0]!])) {
      const list = byKey.get(key);
      if (list === undefined) byKey.set(key, [field]);
      else list.push(field);
    }
  }
  return byKey;
}

/** Whether everything an object has are its own keys. */
function isPlain(data: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(data);
  return prototype === Object.prototype || prototype === null;
}
