import type { Condition } from '../document/condition.js';
import type { Item, NamedSelection, Selection } from '../document/selection.js';
import { buildItem, buildKeywords } from '../modifiers/build-item.js';
import { RULE_LIMITS } from '../limits.js';
import type { Place, ProblemList } from '../problems/problem.js';
import { SIZE_UNITS, TooLarge } from '../rule-size.js';
import { parseCondition } from './condition-parser.js';
import type { Reading } from './reading.js';
import { kindName, type MapTree, type ScalarTree, type Tree } from './tree.js';

/** Keys of `detection` and `filter` that are not search identifiers. */
const RESERVED: ReadonlySet<string> = new Set(['condition', 'timeframe', 'rules']);
const OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'of', 'them']);
/** What a condition can name at all; and what Sigma wants names to be made of. */
const NAME = /^[^\s()*]+$/u;
const PROPER_NAME = /^[\p{L}\p{N}_-]+$/u;

/** Reads search identifiers and the condition over them. */
export function parseSelections(
  map: MapTree,
  where: 'detection' | 'filter',
  reading: Reading,
  problems: ProblemList,
): { selections: NamedSelection[]; condition: Condition | undefined } {
  const selections: NamedSelection[] = [];
  let declared = 0;
  for (const { key, keyPlace, value } of map.entries) {
    if (key === 'timeframe') {
      problems.error(
        keyPlace,
        'DETECTION.TIMEFRAME',
        '"timeframe" is Sigma version 1; write a correlation instead',
      );
    }
    if (RESERVED.has(key)) continue;
    declared += 1;
    if (declared > RULE_LIMITS.selections) {
      problems.error(
        keyPlace,
        'DETECTION.TOO_MANY',
        `"${where}" has more than ${RULE_LIMITS.selections} search identifiers`,
      );
      break;
    }
    if (!NAME.test(key) || OPERATORS.has(key)) {
      problems.error(
        keyPlace,
        'DETECTION.NAME',
        `No condition can name "${key}"; use letters, digits, _ and -`,
      );
      continue;
    }
    if (!PROPER_NAME.test(key)) {
      problems.warning(keyPlace, 'DETECTION.NAME', `"${key}" should be made of letters, digits, _ and -`);
    }
    const selection = parseSelection(key, value, reading, problems);
    if (selection !== undefined) selections.push({ name: key, place: keyPlace, selection });
  }
  if (declared === 0) problems.error(map.place, 'DETECTION.EMPTY', `"${where}" has no search identifier`);
  const condition = parseConditions(map, where, problems);
  if (condition !== undefined) {
    // A selection that failed already has its own problem: names are checked against what is written.
    const names = map.entries.map(({ key }) => key).filter((key) => !RESERVED.has(key));
    checkNames(condition, names, problems);
  }
  return { selections, condition };
}

/** How often conditions have items tried, at most. */
export function usesOf(conditions: readonly Condition[], selections: readonly NamedSelection[]): number {
  const items = new Map(selections.map(({ name, selection }) => [name, itemsOf(selection)]));
  const names = [...items.keys()];
  const uses = (condition: Condition): number => {
    switch (condition.kind) {
      case 'and':
      case 'or':
        return condition.operands.reduce((sum, operand) => sum + uses(operand), 0);
      case 'not':
        return uses(condition.operand);
      case 'identifier':
        return items.get(condition.name) ?? 0;
      case 'of':
        return selectNames(condition.pattern, names).reduce((sum, name) => sum + items.get(name)!, 0);
    }
  };
  return conditions.reduce((sum, condition) => sum + uses(condition), 0);
}

function itemsOf(selection: Selection): number {
  if (selection.kind === 'all') return selection.items.length;
  return selection.options.reduce((sum, option) => sum + itemsOf(option), 0);
}

/** Counts what conditions make of the items of a document. */
export function takeUses(
  conditions: readonly Condition[],
  selections: readonly NamedSelection[],
  place: Place,
  { budget }: Reading,
  problems: ProblemList,
): void {
  if (problems.failed) return;
  try {
    budget.take(SIZE_UNITS.use * usesOf(conditions, selections));
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    problems.error(place, error.code, error.message);
  }
}

function parseSelection(
  name: string,
  value: Tree,
  reading: Reading,
  problems: ProblemList,
): Selection | undefined {
  if (value.kind === 'map') return parseMap(name, value, reading, problems);
  if (value.kind === 'null') {
    problems.error(value.place, 'DETECTION.EMPTY', `"${name}" is empty`);
    return undefined;
  }
  if (value.kind !== 'list') return keywords([value], value, reading, problems);
  if (value.items.length === 0) {
    problems.error(value.place, 'DETECTION.EMPTY', `"${name}" is empty`);
    return undefined;
  }
  const options: Selection[] = [];
  const words: ScalarTree[] = [];
  let failed = false;
  for (const item of value.items) {
    if (item.kind === 'map') {
      const option = parseMap(name, item, reading, problems);
      if (option === undefined) failed = true;
      else options.push(option);
    } else if (item.kind === 'list') {
      problems.error(
        item.place,
        'DETECTION.NESTED',
        `"${name}" may hold maps and plain values, not ${kindName(item)}`,
      );
      failed = true;
    } else {
      words.push(item);
    }
  }
  if (words.length > 0) {
    const option = keywords(words, value, reading, problems);
    if (option === undefined) failed = true;
    else options.push(option);
  }
  if (failed) return undefined;
  return options.length === 1 ? options[0] : { kind: 'any', options };
}

function parseMap(
  name: string,
  map: MapTree,
  reading: Reading,
  problems: ProblemList,
): Selection | undefined {
  if (map.entries.length === 0) {
    problems.error(map.place, 'DETECTION.EMPTY', `"${name}" is empty`);
    return undefined;
  }
  const items: Item[] = [];
  let failed = false;
  for (const { key, keyPlace, value } of map.entries) {
    const item = buildItem(key, value, keyPlace, reading, problems);
    if (item === undefined) failed = true;
    else items.push(item);
  }
  return failed ? undefined : { kind: 'all', items };
}

function keywords(
  words: readonly ScalarTree[],
  value: Tree,
  reading: Reading,
  problems: ProblemList,
): Selection | undefined {
  const item = buildKeywords(words, value.place, reading, problems);
  return item === undefined ? undefined : { kind: 'all', items: [item] };
}

function parseConditions(map: MapTree, where: string, problems: ProblemList): Condition | undefined {
  const entry = map.entries.find(({ key }) => key === 'condition');
  if (entry === undefined) {
    problems.error(map.place, 'RULE.MISSING_KEY', `"${where}.condition" is missing`);
    return undefined;
  }
  const list = entry.value.kind === 'list' ? entry.value.items : [entry.value];
  const operands: Condition[] = [];
  for (const item of list) {
    if (item.kind !== 'text') {
      problems.error(item.place, 'CONDITION.SYNTAX', `A condition must be text, not ${kindName(item)}`);
      return undefined;
    }
    const condition = parseCondition(item.value, item.place, problems);
    if (condition === undefined) return undefined;
    operands.push(condition);
  }
  if (operands.length === 0) {
    problems.error(entry.value.place, 'CONDITION.SYNTAX', 'The list of conditions is empty');
    return undefined;
  }
  return operands.length === 1 ? operands[0] : { kind: 'or', operands };
}

/** Reports names and patterns of a condition that select nothing. */
export function checkNames(condition: Condition, names: readonly string[], problems: ProblemList): void {
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const operand of condition.operands) checkNames(operand, names, problems);
      break;
    case 'not':
      checkNames(condition.operand, names, problems);
      break;
    case 'identifier':
      if (!names.includes(condition.name)) {
        const hint = /^(and|or|not)$/i.test(condition.name) ? '; operators are written in lower case' : '';
        problems.error(
          condition.place,
          'CONDITION.UNKNOWN_NAME',
          `The condition names "${condition.name}", which is not a search identifier${hint}`,
        );
      }
      break;
    case 'of':
      if (selectNames(condition.pattern, names).length === 0) {
        problems.error(
          condition.place,
          'CONDITION.SELECTS_NOTHING',
          `"${condition.pattern}" selects no search identifier`,
        );
      }
      break;
  }
}

/** Warns about search identifiers that none of the conditions uses. */
export function warnUnused(
  conditions: readonly Condition[],
  selections: readonly NamedSelection[],
  problems: ProblemList,
): void {
  const used = new Set<string>();
  const names = selections.map(({ name }) => name);
  for (const condition of conditions) collectUsed(condition, names, used);
  for (const { name, place } of selections) {
    if (!used.has(name) && !name.startsWith('_')) {
      problems.warning(place, 'DETECTION.UNUSED', `The condition never uses "${name}"`);
    }
  }
}

function collectUsed(condition: Condition, names: readonly string[], used: Set<string>): void {
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const operand of condition.operands) collectUsed(operand, names, used);
      break;
    case 'not':
      collectUsed(condition.operand, names, used);
      break;
    case 'identifier':
      used.add(condition.name);
      break;
    case 'of':
      for (const name of selectNames(condition.pattern, names)) used.add(name);
      break;
  }
}

/** The search identifiers that `them` or a pattern with `*` selects; names beginning with `_` only when asked for. */
export function selectNames(pattern: string, names: readonly string[]): string[] {
  if (pattern === 'them') return names.filter((name) => !name.startsWith('_'));
  const pieces = pattern.split('*');
  return names.filter((name) => (pattern.startsWith('_') || !name.startsWith('_')) && fits(name, pieces));
}

function fits(name: string, pieces: readonly string[]): boolean {
  const first = pieces[0]!;
  const last = pieces.at(-1)!;
  if (pieces.length === 1) return name === first;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  let position = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, position);
    if (found < 0) return false;
    position = found + piece.length;
  }
  return position <= name.length - last.length;
}
