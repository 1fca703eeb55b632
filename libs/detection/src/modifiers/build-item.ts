import { RE2JS } from 're2js';
import { messageOf } from '@mcm/kernel';
import type { Item, Matcher } from '../document/selection.js';
import { RULE_LIMITS } from '../limits.js';
import type { Reading } from '../parse/reading.js';
import {
  formatParts,
  literalOf,
  normalizeParts,
  parseSigmaText,
  withLeadingRun,
  withTrailingRun,
} from '../parse/sigma-text.js';
import { kindName, type ScalarTree, type Tree } from '../parse/tree.js';
import type { Place, ProblemList } from '../problems/problem.js';
import { regexSize } from '../compile/regex-size.js';
import { SIZE_UNITS, type SizeBudget, TooLarge } from '../rule-size.js';
import { ModifierError, type DraftValue, type ItemDraft } from './item-draft.js';
import { MODIFIERS } from './modifier-table.js';
import { parseNetwork } from './network.js';

/**
 * Builds the item `key: value` of a search identifier: reads the modifiers, applies them in order and compiles what
 * is compared. Reports every fault and answers undefined when there is one.
 */
export function buildItem(
  key: string,
  value: Tree,
  place: Place,
  { placeholders, budget }: Reading,
  problems: ProblemList,
): Item | undefined {
  const [field, ...names] = key.split('|');
  const draft: ItemDraft = {
    field: field === '' ? null : field!,
    values: [],
    comparison: { kind: 'plain' },
    timePart: undefined,
    regexFlags: '',
    cased: false,
    all: false,
    negated: false,
    applied: [],
    placeholders,
  };
  const scalars = scalarsOf(key, value, problems);
  if (scalars === undefined) return undefined;
  draft.values = scalars.map(draftValue);
  try {
    for (const name of names) {
      const modifier = MODIFIERS.get(name);
      if (modifier === undefined) {
        throw new ModifierError('MODIFIER.UNKNOWN', `The modifier "${name}" of "${key}" does not exist`);
      }
      modifier.apply(draft);
      draft.applied.push(modifier.name);
    }
    if (draft.all && scalars.length === 1) {
      problems.warning(place, 'MODIFIER.ALL_SINGLE', `"all" of "${key}" has no meaning with a single value`);
    }
    if (draft.values.length > RULE_LIMITS.expansions) {
      throw new ModifierError(
        'MODIFIER.VALUE',
        `"${key}" becomes more than ${RULE_LIMITS.expansions} values`,
      );
    }
    const matchers = draft.values.map((each) => {
      budget.take(SIZE_UNITS.value + sizeOfText(each));
      return matcherOf(draft, each, budget);
    });
    return { field: draft.field, matchers, all: draft.all, negated: draft.negated, place, key };
  } catch (error) {
    if (!(error instanceof ModifierError || error instanceof TooLarge)) throw error;
    problems.error(place, error.code, `${error.message} (in "${key}")`);
    return undefined;
  }
}

/** Builds the item of a plain value list: keywords searched in every text of the event. */
export function buildKeywords(
  values: readonly ScalarTree[],
  place: Place,
  reading: Reading,
  problems: ProblemList,
): Item | undefined {
  return buildItem('', { kind: 'list', items: values, place, size: values.length }, place, reading, problems);
}

function scalarsOf(key: string, value: Tree, problems: ProblemList): ScalarTree[] | undefined {
  const list = value.kind === 'list' ? value.items : [value];
  if (list.length === 0) {
    problems.error(value.place, 'DETECTION.EMPTY', `"${key}" has no values`);
    return undefined;
  }
  const scalars: ScalarTree[] = [];
  for (const each of list) {
    if (each.kind === 'map' || each.kind === 'list') {
      problems.error(each.place, 'DETECTION.NESTED', `A value of "${key}" may not be ${kindName(each)}`);
      return undefined;
    }
    const length = each.kind === 'text' ? each.value.length : each.kind === 'number' ? each.source.length : 0;
    if (length > RULE_LIMITS.valueLength) {
      problems.error(
        each.place,
        'DETECTION.TOO_LONG',
        `A value of "${key}" is longer than ${RULE_LIMITS.valueLength} characters`,
      );
      return undefined;
    }
    scalars.push(each);
  }
  if (scalars.length > 1 && scalars.some((each) => each.kind === 'null')) {
    problems.warning(value.place, 'DETECTION.NULL_IN_LIST', `"${key}" has an empty value in its list`);
  }
  return scalars;
}

function draftValue(tree: ScalarTree): DraftValue {
  switch (tree.kind) {
    case 'text':
      return { kind: 'text', parts: parseSigmaText(tree.value), raw: tree.value, bytes: false };
    case 'number':
      // Beyond 2^53 the number would lose digits, its text does not.
      return {
        kind: 'number',
        value: tree.value,
        text:
          !Number.isFinite(tree.value) || (Number.isInteger(tree.value) && !Number.isSafeInteger(tree.value))
            ? tree.source
            : String(tree.value),
      };
    case 'boolean':
      return { kind: 'boolean', value: tree.value };
    case 'null':
      return { kind: 'null' };
  }
}

/** In units of the size of rules. */
function sizeOfText(value: DraftValue): number {
  if (value.kind !== 'text') return 0;
  let characters = 0;
  for (const part of value.parts) characters += part.kind === 'literal' ? part.text.length : 1;
  return characters * SIZE_UNITS.character;
}

function matcherOf(draft: ItemDraft, value: DraftValue, budget: SizeBudget): Matcher {
  if (draft.timePart !== undefined) {
    const operator = draft.comparison.kind === 'order' ? draft.comparison.operator : 'eq';
    return { kind: 'time-part', part: draft.timePart, operator, value: numberOf(value, draft.timePart) };
  }
  switch (draft.comparison.kind) {
    case 'plain':
      return plainMatcher(draft, value);
    case 'regex':
      return regexMatcher(draft, value, budget);
    case 'cidr': {
      const text = value.kind === 'text' ? value.raw : '';
      const network = parseNetwork(text);
      if (network === undefined) {
        throw new ModifierError('MODIFIER.VALUE', `"${text}" is not an IP network such as 10.0.0.0/8`);
      }
      return { kind: 'cidr', source: text, network };
    }
    case 'exists':
      return { kind: 'exists', expected: value.kind === 'boolean' && value.value };
    case 'order':
      return {
        kind: 'compare',
        operator: draft.comparison.operator,
        value: numberOf(value, draft.comparison.operator),
      };
    case 'field':
      return {
        kind: 'field',
        field: (value.kind === 'text' ? literalOf(value.parts) : undefined) ?? '',
        mode: draft.comparison.mode,
        cased: draft.cased,
      };
  }
}

function plainMatcher(draft: ItemDraft, value: DraftValue): Matcher {
  switch (value.kind) {
    case 'null':
      if (draft.field === null) throw new ModifierError('MODIFIER.VALUE', 'A keyword may not be empty');
      return { kind: 'null' };
    case 'number':
      return text(draft, [{ kind: 'literal', text: value.text }]);
    case 'boolean':
      return text(draft, [{ kind: 'literal', text: String(value.value) }]);
    case 'text':
      return text(draft, value.parts);
  }
}

function text(draft: ItemDraft, parts: Parameters<typeof normalizeParts>[0]): Matcher {
  // A keyword is found anywhere inside a text.
  const placed = draft.field === null ? withTrailingRun(withLeadingRun(parts)) : parts;
  return { kind: 'text', parts: normalizeParts(placed), cased: draft.cased };
}

function regexMatcher(draft: ItemDraft, value: DraftValue, budget: SizeBudget): Matcher {
  if (value.kind !== 'text') throw new ModifierError('MODIFIER.VALUE', '"re" needs text');
  const source = draft.applied.includes('expand') ? formatParts(value.parts) : value.raw;
  takeExpression(source, budget);
  let flags = 0;
  if (draft.regexFlags.includes('i')) flags |= RE2JS.CASE_INSENSITIVE;
  if (draft.regexFlags.includes('m')) flags |= RE2JS.MULTILINE;
  if (draft.regexFlags.includes('s')) flags |= RE2JS.DOTALL;
  try {
    return { kind: 'regex', source, flags: draft.regexFlags, regex: RE2JS.compile(source, flags) };
  } catch (error) {
    throw new ModifierError(
      'MODIFIER.REGEX',
      `The regular expression "${source.slice(0, 200)}" is not supported: ${messageOf(error)}`,
    );
  }
}

/**
 * Counts an expression before it is built.
 *
 * @throws TooLarge
 */
function takeExpression(source: string, budget: SizeBudget): void {
  const { instructions, ranges } = regexSize(source);
  if (instructions > RULE_LIMITS.expressionSize) {
    throw new TooLarge(
      'RULE.TOO_LARGE',
      `The regular expression "${source.slice(0, 200)}" becomes about ${Math.round(instructions)} instructions, more ` +
        `than ${RULE_LIMITS.expressionSize}: its counted repetitions are written out`,
    );
  }
  budget.take(SIZE_UNITS.expression + instructions * SIZE_UNITS.instruction + ranges * SIZE_UNITS.range);
}

function numberOf(value: DraftValue, modifier: string): number {
  const number =
    value.kind === 'number'
      ? value.value
      : value.kind === 'text' && /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(value.raw)
        ? Number(value.raw)
        : Number.NaN;
  if (!Number.isFinite(number)) throw new ModifierError('MODIFIER.VALUE', `"${modifier}" needs a number`);
  return number;
}
