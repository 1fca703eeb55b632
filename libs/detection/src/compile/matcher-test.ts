import type { Matcher } from '../document/selection.js';
import { networkContains } from '../modifiers/network.js';
import { literalOf, type TextPart } from '../parse/sigma-text.js';
import { numberOfText } from '../evaluate/number-of-text.js';
import type { FieldValues } from '../evaluate/field-values.js';
import type { Spending } from '../evaluate/spending.js';
import type { FieldSlots, RecordView } from '../evaluate/record-view.js';
import { timePart } from '../evaluate/time-part.js';
import { fold } from './fold.js';
import { regexTest } from './regex-test.js';
import { TextPattern } from './text-pattern.js';
import { textShape } from './text-shape.js';

/** Compares one value (by index) of a field. */
export type ValueTest = (values: FieldValues, index: number, view: RecordView) => boolean;

/** A matcher as compiled: some look at single values, some at the field as a whole. */
export interface MatcherTest {
  readonly matcher: Matcher;
  readonly whole: ((values: FieldValues) => boolean) | undefined;
  readonly single: ValueTest;
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

/** Compiles one matcher. */
export function compileMatcher(matcher: Matcher, slots: FieldSlots): MatcherTest {
  const never: ValueTest = () => false;
  switch (matcher.kind) {
    case 'text':
      return { matcher, whole: undefined, single: textTest(matcher.parts, matcher.cased) };
    case 'null':
      return {
        matcher,
        whole: (values) => !values.present || values.hasNull(),
        single: (values, index) => values.scalar(index) === null,
      };
    case 'exists':
      return { matcher, whole: (values) => values.present === matcher.expected, single: never };
    case 'regex':
      return { matcher, whole: undefined, single: regexTest(matcher) };
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
    case 'field':
      return { matcher, whole: undefined, single: fieldTest(matcher, slots) };
  }
}

function textTest(parts: readonly TextPart[], cased: boolean): ValueTest {
  const test = wholeTextTest(parts, cased);
  return cased
    ? (values, index, view) => {
        const text = values.text(index);
        return text !== undefined && test(text, view.spending);
      }
    : (values, index, view) => {
        const text = values.folded(index);
        return text !== undefined && test(text, view.spending);
      };
}

function wholeTextTest(
  parts: readonly TextPart[],
  cased: boolean,
): (text: string, spending: Spending) => boolean {
  const shape = textShape(parts, cased);
  switch (shape.kind) {
    case 'anything':
      return () => true;
    case 'equal':
      return (text) => text === shape.literal;
    case 'contains':
      return (text) => text.includes(shape.literal);
    case 'start':
      return (text) => text.startsWith(shape.literal);
    case 'end':
      return (text) => text.endsWith(shape.literal);
    case 'pattern': {
      const pattern = new TextPattern(shape.parts);
      return (text, spending) =>
        spending.afford(text.length * pattern.unitsPerCharacter) && pattern.matches(text);
    }
  }
}

function fieldTest(matcher: Matcher & { kind: 'field' }, slots: FieldSlots): ValueTest {
  const other = slots.slot(matcher.field);
  const { cased, mode } = matcher;
  return (values, index, view) => {
    const text = cased ? values.text(index) : values.folded(index);
    if (text === undefined) return false;
    const others = view.field(other);
    if (others.count > 1 && !view.spending.afford(others.count * (1 + (text.length >> 6)))) return false;
    for (let i = 0; i < others.count; i += 1) {
      const part = cased ? others.text(i) : others.folded(i);
      if (part !== undefined && relates(text, mode, part)) return true;
    }
    return false;
  };
}

function relates(text: string, mode: (Matcher & { kind: 'field' })['mode'], part: string): boolean {
  switch (mode) {
    case 'equals':
      return text === part;
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
  const scalar = values.scalar(index);
  if (typeof scalar === 'number') return Number.isNaN(scalar) ? undefined : scalar;
  return typeof scalar === 'string' ? numberOfText(scalar) : undefined;
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
