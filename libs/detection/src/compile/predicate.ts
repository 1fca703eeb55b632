import type { Item, Matcher } from '../document/selection.js';
import { networkContains } from '../modifiers/network.js';
import { formatParts, literalOf, type TextPart } from '../parse/sigma-text.js';
import { timePart } from '../evaluate/time-part.js';
import type { FieldSlots, FieldValues, RecordView } from '../evaluate/record-view.js';
import { fold } from './fold.js';
import { compileText } from './text-test.js';

/** Compares one value (by index) of a field. */
type ValueTest = (values: FieldValues, index: number, view: RecordView) => boolean;

/** A matcher as compiled: some look at single values, some at the field as a whole. */
interface MatcherTest {
  readonly matcher: Matcher;
  readonly whole: ((values: FieldValues) => boolean) | undefined;
  readonly single: ValueTest;
}

/** An item of a rule, compiled; rules with the same item share it. */
export interface Predicate {
  readonly item: Item;
  /** Slot of the field, -1 for keywords. */
  readonly slot: number;
  readonly test: (view: RecordView) => boolean;
  readonly matchers: readonly MatcherTest[];
}

/** From this many plain texts on, a set answers quicker than comparing one by one. */
const SET_FROM = 4;

/** All items of all rules, each distinct one once; remembers verdicts for the present event. */
export class PredicateTable {
  readonly predicates: Predicate[] = [];
  private readonly known = new Map<string, number>();
  private verdicts = new Uint32Array(256);
  private generation = 0;

  constructor(private readonly slots: FieldSlots) {}

  add(item: Item): number {
    const key = predicateKey(item);
    let number = this.known.get(key);
    if (number === undefined) {
      number = this.predicates.length;
      this.predicates.push(compilePredicate(item, this.slots));
      this.known.set(key, number);
      if (this.verdicts.length < this.predicates.length) {
        const larger = new Uint32Array(this.verdicts.length * 2);
        larger.set(this.verdicts);
        this.verdicts = larger;
      }
    }
    return number;
  }

  /** Forgets the verdicts on the event before. */
  nextEvent(): void {
    this.generation += 1;
    if (this.generation >= 0x7fffffff) {
      this.generation = 1;
      this.verdicts.fill(0);
    }
  }

  /** The verdict of a predicate on the present event, worked out at most once. */
  holds(number: number, view: RecordView): boolean {
    const stamp = this.generation * 2;
    const verdict = this.verdicts[number]!;
    if (verdict >= stamp) return verdict === stamp + 1;
    const holds = this.predicates[number]!.test(view);
    this.verdicts[number] = stamp + (holds ? 1 : 0);
    return holds;
  }
}

function predicateKey(item: Item): string {
  return JSON.stringify([
    item.field,
    item.all,
    item.negated,
    item.matchers.map((matcher) => {
      if (matcher.kind === 'regex') return ['regex', matcher.source, matcher.flags];
      return matcher;
    }),
  ]);
}

function compilePredicate(item: Item, slots: FieldSlots): Predicate {
  const slot = item.field === null ? -1 : slots.slot(item.field);
  const matchers = item.matchers.map((matcher) => compileMatcher(matcher, slots));
  const values = slot < 0 ? (view: RecordView) => view.keywords() : (view: RecordView) => view.field(slot);
  const positive = item.all ? allOf(matchers, values) : oneOf(matchers, values);
  return { item, slot, matchers, test: item.negated ? (view) => !positive(view) : positive };
}

function allOf(
  matchers: readonly MatcherTest[],
  valuesOf: (view: RecordView) => FieldValues,
): (view: RecordView) => boolean {
  return (view) => {
    const values = valuesOf(view);
    for (const matcher of matchers) if (!meets(matcher, values, view)) return false;
    return true;
  };
}

function oneOf(
  matchers: readonly MatcherTest[],
  valuesOf: (view: RecordView) => FieldValues,
): (view: RecordView) => boolean {
  const plain = matchers.filter(({ matcher }) => plainText(matcher) !== undefined);
  if (plain.length >= SET_FROM) {
    const texts = new Set(plain.map(({ matcher }) => plainText(matcher)!));
    const others = matchers.filter((each) => !plain.includes(each));
    return (view) => {
      const values = valuesOf(view);
      for (let i = 0; i < values.count; i += 1) {
        const text = values.folded(i);
        if (text !== undefined && texts.has(text)) return true;
      }
      for (const matcher of others) if (meets(matcher, values, view)) return true;
      return false;
    };
  }
  if (matchers.length === 1) {
    const matcher = matchers[0]!;
    return (view) => meets(matcher, valuesOf(view), view);
  }
  return (view) => {
    const values = valuesOf(view);
    for (const matcher of matchers) if (meets(matcher, values, view)) return true;
    return false;
  };
}

/** Whether a matcher is met by the field. */
export function meets(test: MatcherTest, values: FieldValues, view: RecordView): boolean {
  if (test.whole !== undefined) return test.whole(values);
  for (let i = 0; i < values.count; i += 1) if (test.single(values, i, view)) return true;
  return false;
}

/** The folded text a matcher equals, when it does nothing but that. */
export function plainText(matcher: Matcher): string | undefined {
  if (matcher.kind !== 'text' || matcher.cased) return undefined;
  const literal = literalOf(matcher.parts);
  return literal === undefined ? undefined : fold(literal);
}

function compileMatcher(matcher: Matcher, slots: FieldSlots): MatcherTest {
  const never: ValueTest = () => false;
  switch (matcher.kind) {
    case 'text':
      return { matcher, whole: undefined, single: textTest(matcher.parts, matcher.cased) };
    case 'null':
      return {
        matcher,
        whole: (values) => !values.present || values.scalars.includes(null),
        single: (values, index) => values.scalars[index] === null,
      };
    case 'exists':
      return { matcher, whole: (values) => values.present === matcher.expected, single: never };
    case 'regex': {
      const { regex } = matcher;
      return {
        matcher,
        whole: undefined,
        single: (values, index) => {
          const text = values.text(index);
          return text !== undefined && regex.test(text);
        },
      };
    }
    case 'cidr': {
      const { network } = matcher;
      return {
        matcher,
        whole: undefined,
        single: (values, index) => {
          const text = values.text(index);
          return text !== undefined && networkContains(network, text);
        },
      };
    }
    case 'compare':
      return {
        matcher,
        whole: undefined,
        single: (values, index) => {
          const number = numberOf(values, index);
          return number !== undefined && compare(number, matcher.operator, matcher.value);
        },
      };
    case 'time-part':
      return {
        matcher,
        whole: undefined,
        single: (values, index) => {
          const text = values.text(index);
          const number = text === undefined ? undefined : timePart(text, matcher.part);
          return number !== undefined && compare(number, matcher.operator, matcher.value);
        },
      };
    case 'field': {
      const other = slots.slot(matcher.field);
      const { cased, mode } = matcher;
      return {
        matcher,
        whole: undefined,
        single: (values, index, view) => {
          const text = cased ? values.text(index) : values.folded(index);
          if (text === undefined) return false;
          const others = view.field(other);
          for (let i = 0; i < others.count; i += 1) {
            const part = cased ? others.text(i) : others.folded(i);
            if (part === undefined) continue;
            if (mode === 'equals' ? text === part : relates(text, mode, part)) return true;
          }
          return false;
        },
      };
    }
  }
}

function textTest(parts: readonly TextPart[], cased: boolean): ValueTest {
  const test = compileText(parts, cased);
  return cased
    ? (values, index) => {
        const text = values.text(index);
        return text !== undefined && test(text);
      }
    : (values, index) => {
        const text = values.folded(index);
        return text !== undefined && test(text);
      };
}

function relates(text: string, mode: 'contains' | 'startswith' | 'endswith', part: string): boolean {
  switch (mode) {
    case 'contains':
      return text.includes(part);
    case 'startswith':
      return text.startsWith(part);
    case 'endswith':
      return text.endsWith(part);
  }
}

/** A value as a number; numbers written as text count, anything else does not. */
function numberOf(values: FieldValues, index: number): number | undefined {
  const scalar = values.scalars[index]!;
  if (typeof scalar === 'number') return Number.isNaN(scalar) ? undefined : scalar;
  return typeof scalar === 'string' ? numberOfText(scalar) : undefined;
}

/** A decimal number written as text, or undefined. */
export function numberOfText(text: string): number | undefined {
  return text.length <= 64 && /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(text)
    ? Number(text)
    : undefined;
}

function compare(number: number, operator: 'lt' | 'lte' | 'gt' | 'gte' | 'eq', bound: number): boolean {
  switch (operator) {
    case 'lt':
      return number < bound;
    case 'lte':
      return number <= bound;
    case 'gt':
      return number > bound;
    case 'gte':
      return number >= bound;
    case 'eq':
      return number === bound;
  }
}

/** What a matcher looks for, in the syntax of rules, for reasons. */
export function describeMatcher(matcher: Matcher): string {
  switch (matcher.kind) {
    case 'text':
      return formatParts(matcher.parts);
    case 'null':
      return 'null';
    case 'regex':
      return `/${matcher.source}/${matcher.flags}`;
    case 'cidr':
      return matcher.source;
    case 'compare':
      return `${matcher.operator} ${matcher.value}`;
    case 'exists':
      return matcher.expected ? 'exists' : 'does not exist';
    case 'field':
      return `${matcher.mode} field ${matcher.field}`;
    case 'time-part':
      return `${matcher.part} ${matcher.operator} ${matcher.value}`;
  }
}
