import type { EntryValue } from './entry-columns.js';

/** What a correlation needs to know of an event that one of its rules matched. */
export interface EventFacts {
  /** The groups the event belongs to: one, or several when a group field is a list. */
  readonly groups: readonly GroupKey[];
  readonly value: EntryValue | undefined;
  readonly texts: readonly (string | undefined)[] | undefined;
  /** The same for every correlation over this one, in the order of its dependents; undefined: takes no part. */
  readonly onward: readonly (EventFacts | undefined)[] | undefined;
}

export interface GroupKey {
  /** Distinct for distinct values. */
  readonly key: string;
  /** Values in the order of group-by. */
  readonly values: readonly string[];
}

/** The only group of a correlation without group-by. */
export const WHOLE: GroupKey = { key: '', values: [] };

/** Makes the key of group values. */
export function groupKey(values: readonly string[]): GroupKey {
  if (values.length === 1) return { key: values[0]!, values };
  // Lengths keep ("a","bc") apart from ("ab","c").
  return { key: values.map((value) => `${value.length}:${value}`).join(''), values };
}
