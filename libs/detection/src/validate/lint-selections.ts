import { itemKey, matcherKey } from '../compile/item-key.js';
import { textShape } from '../compile/text-shape.js';
import { describeMatcher } from '../compile/describe-matcher.js';
import type { Condition } from '../document/condition.js';
import type { EventRule, FilterRule } from '../document/rule-document.js';
import type { Item, NamedSelection, Selection } from '../document/selection.js';
import type { ProblemList } from '../problems/problem.js';

/** Lists that are compared pair by pair; of longer ones only equal entries are found. */
const MAX_PAIRS = 300;

/** Warns about parts of a rule that change nothing: values, alternatives and selections that others imply. */
export function lintSelections(rule: EventRule | FilterRule, problems: ProblemList): void {
  const known = new Map<string, NamedSelection>();
  for (const named of rule.selections) {
    lintSelection(named.selection, problems);
    const key = keyOf(named.selection);
    const same = known.get(key);
    if (same === undefined) known.set(key, named);
    else {
      problems.warning(
        named.place,
        'DETECTION.SAME',
        `"${named.name}" says the same as "${same.name}"; one of them can go`,
      );
    }
  }
  lintCondition(rule.condition, problems);
}

function lintSelection(selection: Selection, problems: ProblemList): void {
  if (selection.kind === 'all') {
    for (const item of selection.items) lintItem(item, problems);
    return;
  }
  for (const option of selection.options) lintSelection(option, problems);
  if (selection.options.length > MAX_PAIRS) return;
  const keys = selection.options.map((option) =>
    option.kind === 'all' ? new Set(option.items.map(itemKey)) : undefined,
  );
  for (const [i, option] of selection.options.entries()) {
    const place = option.kind === 'all' ? option.items[0]?.place : undefined;
    const own = keys[i];
    if (own === undefined || place === undefined) continue;
    // An alternative that asks for all that another asks for, and more, is never needed.
    const implied = keys.some(
      (other, j) =>
        other !== undefined &&
        j !== i &&
        [...other].every((key) => own.has(key)) &&
        (other.size < own.size || j < i),
    );
    if (implied) {
      problems.warning(
        place,
        'DETECTION.SHADOWED',
        'Another alternative of the list matches whatever this one does',
      );
    }
  }
}

function lintItem(item: Item, problems: ProblemList): void {
  const { matchers, place, key } = item;
  const seen = new Set<string>();
  for (const matcher of matchers) {
    const own = matcherKey(matcher);
    if (seen.has(own)) {
      problems.warning(place, 'DETECTION.SHADOWED', `"${key}" lists "${describeMatcher(matcher)}" twice`);
    }
    seen.add(own);
  }
  if (matchers.length > MAX_PAIRS || seen.size !== matchers.length) return;
  const shapes = matchers.map((matcher) =>
    matcher.kind === 'text' ? textShape(matcher.parts, matcher.cased) : undefined,
  );
  for (const [i, shape] of shapes.entries()) {
    if (shape === undefined || !('literal' in shape)) continue;
    for (const [j, other] of shapes.entries()) {
      if (i === j || other === undefined || !('literal' in other)) continue;
      if (matchers[i]!.kind !== 'text' || matchers[j]!.kind !== 'text') continue;
      if ((matchers[i] as { cased: boolean }).cased !== (matchers[j] as { cased: boolean }).cased) continue;
      if (!implies(shape, other) || (i < j && implies(other, shape))) continue;
      // Of alternatives the narrower one is never needed; where all must hold, the wider one says nothing.
      const needless = item.all ? matchers[j]! : matchers[i]!;
      const because = item.all ? matchers[i]! : matchers[j]!;
      problems.warning(
        place,
        'DETECTION.SHADOWED',
        `"${describeMatcher(needless)}" of "${key}" changes nothing beside "${describeMatcher(because)}"`,
      );
    }
  }
}

interface LiteralShape {
  readonly kind: 'equal' | 'contains' | 'start' | 'end';
  readonly literal: string;
}

/** Whether every text that fits the first shape fits the second. */
function implies(a: LiteralShape, b: LiteralShape): boolean {
  switch (b.kind) {
    case 'contains':
      return a.literal.includes(b.literal);
    case 'start':
      return (a.kind === 'start' || a.kind === 'equal') && a.literal.startsWith(b.literal);
    case 'end':
      return (a.kind === 'end' || a.kind === 'equal') && a.literal.endsWith(b.literal);
    case 'equal':
      return a.kind === 'equal' && a.literal === b.literal;
  }
}

/** Finds `x and not x`, which never holds. */
function lintCondition(condition: Condition, problems: ProblemList): void {
  switch (condition.kind) {
    case 'and': {
      const named = new Set(
        condition.operands.flatMap((each) => (each.kind === 'identifier' ? [each.name] : [])),
      );
      for (const each of condition.operands) {
        if (each.kind === 'not' && each.operand.kind === 'identifier' && named.has(each.operand.name)) {
          problems.warning(
            each.operand.place,
            'CONDITION.NEVER',
            `"${each.operand.name} and not ${each.operand.name}" never holds`,
          );
        }
      }
      for (const each of condition.operands) lintCondition(each, problems);
      break;
    }
    case 'or':
      for (const each of condition.operands) lintCondition(each, problems);
      break;
    case 'not':
      lintCondition(condition.operand, problems);
      break;
    case 'identifier':
    case 'of':
      break;
  }
}

function keyOf(selection: Selection): string {
  return selection.kind === 'all'
    ? JSON.stringify(selection.items.map(itemKey).sort())
    : JSON.stringify(selection.options.map(keyOf).sort());
}
