import { type AppError, canonicalName, parseTimestamp } from '@mcm/kernel';
import type { FieldTest } from './query.js';
import type { SearchField } from './search-target.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A number as a query and a text may hold it: what both PostgreSQL and JavaScript read exactly. */
const PLAIN_NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;
/** The same in SQL. */
export const PLAIN_NUMBER_SQL = '^-?[0-9]{1,15}(\\.[0-9]{1,15})?$';

export function isPlainNumber(text: string): boolean {
  return PLAIN_NUMBER.test(text);
}

/** Refuses a test that means nothing for its field. */
export function checkTest(test: FieldTest, field: SearchField, refuse: (sentence: string) => AppError): void {
  if (test.kind === 'exists') return;
  const value = test.kind === 'equals' ? test.parts.join('*') : test.value;
  switch (field.kind) {
    case 'uuid':
      if (test.kind === 'compare' || !UUID.test(value)) throw refuse('this field takes a whole UUID');
      return;
    case 'time':
      if (instant(value) === null) {
        throw refuse('this field takes a day or a time, such as >2026-11-23 or >="2026-11-23T10:00:00Z"');
      }
      return;
    case 'number':
      if (!isPlainNumber(value)) throw refuse('this field takes a number, such as 5 or >=5');
      return;
    case 'actor':
    case 'text':
      if (test.kind === 'compare') throw refuse('this field is a text, which has no > or <');
      return;
    case 'json':
      return;
  }
}

/** Milliseconds since 1970 of a time within the years that PostgreSQL and the API know; null for another text. */
export function instant(text: string): number | null {
  const time = parseTimestamp(text);
  if (typeof time !== 'number') return null;
  return /^(?!0000)\d{4}-/.test(new Date(time).toISOString()) ? time : null;
}

/** The instants that a time means when it is asked for equality: a day is all of it. Both ends belong to it. */
export function instants(text: string): { from: string; to: string } {
  const from = instant(text) ?? 0;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  return { from: new Date(from).toISOString(), to: new Date(from + (day ? 86_399_999 : 0)).toISOString() };
}

/** The parts of a value in the form in which actors compare. */
export function actorParts(parts: readonly string[]): string[] {
  return parts.map((part) => (part === '' ? '' : canonicalName(part)));
}
