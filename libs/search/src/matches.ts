import { canonicalName } from '@mcm/kernel';
import { actorParts, instant, instants, isPlainNumber } from './check-test.js';
import type { Comparison, FieldTest, Query } from './query.js';
import type { ColumnField, SearchRecord, SearchTarget } from './search-target.js';
import { fold, wordsOf } from './words.js';

/** Whether a record fits the query: the same as {@link toSql} over its row. */
export function matches(query: Query, target: SearchTarget, record: SearchRecord): boolean {
  switch (query.kind) {
    case 'everything':
      return true;
    case 'all':
      return query.of.every((each) => matches(each, target, record));
    case 'any':
      return query.of.some((each) => matches(each, target, record));
    case 'not':
      return !matches(query.of, target, record);
    case 'words': {
      const sought = ` ${query.words}${query.prefix ? '' : ' '}`;
      return target.words.texts(record).some((text) => ` ${wordsOf(text).join(' ')} `.includes(sought));
    }
    case 'field': {
      const field = target.field(query.path);
      return field.kind === 'json'
        ? field.read(record).some((value) => jsonMatches(query.test, value))
        : columnMatches(query.test, field, record);
    }
  }
}

function columnMatches(test: FieldTest, field: ColumnField, record: SearchRecord): boolean {
  const value = field.read(record);
  if (value === null || value === undefined) return false;
  if (test.kind === 'exists') return true;
  const text = String(value);
  const [first = ''] = test.kind === 'equals' ? test.parts : [test.value];
  switch (field.kind) {
    case 'text':
      return test.kind === 'equals' && isMadeOf(fold(text), test.parts.map(fold));
    case 'actor':
      return test.kind === 'equals' && isMadeOf(canonicalName(text), actorParts(test.parts));
    case 'uuid':
      return text.toLowerCase() === first.toLowerCase();
    case 'number':
      return compare(Number(text) - Number(first), test.kind === 'compare' ? test.operator : '=');
    case 'time': {
      const time = new Date(text).getTime();
      if (test.kind === 'compare') return compare(time - (instant(first) ?? 0), test.operator);
      const { from, to } = instants(first);
      return time >= Date.parse(from) && time <= Date.parse(to);
    }
  }
}

function jsonMatches(test: FieldTest, value: unknown): boolean {
  if (test.kind === 'exists') return value !== null && value !== undefined;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return false;
  const text = fold(String(value));
  if (test.kind === 'equals') {
    const [only = '', ...more] = test.parts;
    return typeof value === 'number' && more.length === 0 && isPlainNumber(only)
      ? value === Number(only)
      : isMadeOf(text, test.parts.map(fold));
  }
  if (!isPlainNumber(test.value)) {
    return typeof value !== 'number' && compare(byCodePoint(text, fold(test.value)), test.operator);
  }
  return (
    (typeof value === 'number' || (typeof value === 'string' && isPlainNumber(value))) &&
    compare(Number(value) - Number(test.value), test.operator)
  );
}

function compare(difference: number, operator: Comparison | '='): boolean {
  switch (operator) {
    case '>':
      return difference > 0;
    case '>=':
      return difference >= 0;
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case '=':
      return difference === 0;
  }
}

/** The order of collation "C": by bytes of UTF-8. */
function byCodePoint(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** Whether the text begins with the first part, ends with the last, and has the others in between, in their order. */
function isMadeOf(text: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return text === first;
  const last = rest.pop()!;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
