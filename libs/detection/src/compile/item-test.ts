import type { Item, Matcher, TextMatcher } from '../document/selection.js';
import type { FieldValues } from '../evaluate/field-values.js';
import type { FieldSlots, RecordView } from '../evaluate/record-view.js';
import { compileMatcher, meets } from './matcher-test.js';
import { TextList } from './text-list.js';
import { textShape, type TextShape } from './text-shape.js';

/** The verdict of an item on the present event. */
export type ItemTest = (view: RecordView) => boolean;

/** Compiles an item over the field with this slot (-1: every text of the event). */
export function compileItemTest(item: Item, slot: number, slots: FieldSlots): ItemTest {
  const test =
    item.all && item.matchers.length > 1
      ? allOf(item.matchers, slot, slots)
      : (literalTest(item.matchers, slot) ?? oneOf(item.matchers, slot, slots));
  return item.negated ? (view) => !test(view) : test;
}

/** About how long an item takes to test, in comparisons of short texts; where the order is free, cheap ones come first. */
export function itemCost(item: Item): number {
  let cost = item.field === null ? 20 : 1;
  for (const matcher of item.matchers) cost += matcherCost(matcher);
  return Math.min(cost, 100);
}

function matcherCost(matcher: Matcher): number {
  switch (matcher.kind) {
    case 'null':
    case 'exists':
      return 0.5;
    case 'text':
      return matcher.parts.length;
    case 'compare':
    case 'time-part':
    case 'cidr':
    case 'field':
      return 5;
    case 'regex':
      return 30;
  }
}

function valuesOf(view: RecordView, slot: number): FieldValues {
  return slot < 0 ? view.keywords() : view.field(slot);
}

/** Few literals that all compare in the same way, which is what nearly every item is, in the least possible steps. */
function literalTest(matchers: readonly Matcher[], slot: number): ItemTest | undefined {
  if (slot < 0 || matchers.length > 8) return undefined;
  const literals: string[] = [];
  let kind: TextShape['kind'] | undefined;
  for (const matcher of matchers) {
    if (matcher.kind !== 'text' || matcher.cased) return undefined;
    const shape = textShape(matcher.parts, false);
    if (shape.kind === 'pattern' || shape.kind === 'anything') return undefined;
    if (kind !== undefined && kind !== shape.kind) return undefined;
    kind = shape.kind;
    literals.push(shape.literal);
  }
  switch (kind) {
    case 'equal':
      return (view) => {
        const values = view.field(slot);
        for (let i = 0; i < values.count; i += 1) {
          const text = values.folded(i);
          if (text !== undefined && literals.includes(text)) return true;
        }
        return false;
      };
    case 'end':
      return (view) => {
        const values = view.field(slot);
        for (let i = 0; i < values.count; i += 1) {
          const text = values.folded(i);
          if (text === undefined) continue;
          for (let j = 0; j < literals.length; j += 1) if (text.endsWith(literals[j]!)) return true;
        }
        return false;
      };
    case 'start':
      return (view) => {
        const values = view.field(slot);
        for (let i = 0; i < values.count; i += 1) {
          const text = values.folded(i);
          if (text === undefined) continue;
          for (let j = 0; j < literals.length; j += 1) if (text.startsWith(literals[j]!)) return true;
        }
        return false;
      };
    case 'contains':
      return (view) => {
        const values = view.field(slot);
        for (let i = 0; i < values.count; i += 1) {
          const text = values.folded(i);
          if (text === undefined) continue;
          for (let j = 0; j < literals.length; j += 1) if (text.includes(literals[j]!)) return true;
        }
        return false;
      };
    default:
      return undefined;
  }
}

function oneOf(matchers: readonly Matcher[], slot: number, slots: FieldSlots): ItemTest {
  const texts = (cased: boolean): readonly TextMatcher[] =>
    matchers.filter((each): each is TextMatcher => each.kind === 'text' && each.cased === cased);
  const others = matchers
    .filter(({ kind }) => kind !== 'text')
    .map((matcher) => compileMatcher(matcher, slots));
  const folded = texts(false).length === 0 ? undefined : new TextList(texts(false));
  const cased = texts(true).length === 0 ? undefined : new TextList(texts(true));
  return (view) => {
    const values = valuesOf(view, slot);
    if (folded !== undefined) {
      for (let i = 0; i < values.count; i += 1) {
        const text = values.folded(i);
        if (text !== undefined && folded.matches(text, view.spending)) return true;
      }
    }
    if (cased !== undefined) {
      for (let i = 0; i < values.count; i += 1) {
        const text = values.text(i);
        if (text !== undefined && cased.matches(text, view.spending)) return true;
      }
    }
    for (const each of others) if (meets(each, values, view)) return true;
    return false;
  };
}

function allOf(matchers: readonly Matcher[], slot: number, slots: FieldSlots): ItemTest {
  const tests = matchers.map((matcher) => compileMatcher(matcher, slots));
  return (view) => {
    const values = valuesOf(view, slot);
    for (const test of tests) if (!meets(test, values, view)) return false;
    return true;
  };
}
