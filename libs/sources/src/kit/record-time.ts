import { parseTimestamp } from '@mcm/kernel';
import type { CandidateEvent } from './candidate-event.js';

/**
 * No product whose records are read here is older. An earlier time is a clock that was never set, or a number in an
 * unknown unit.
 */
const EARLIEST = Date.UTC(2000, 0, 1);

/** Digits, also with a fraction: a number of seconds, or of something smaller, since 1970. */
const DIGITS = /^\d{1,20}(\.\d+)?$/;

/** The unit of a count by its size (nanoseconds, microseconds, milliseconds, seconds): in a larger one it is after 5000. */
const UNITS: readonly (readonly [from: number, milliseconds: number])[] = [
  [1e17, 1e-6],
  [1e14, 1e-3],
  [1e11, 1],
  [0, 1000],
];

/** The last moment that a Date can hold. */
const LAST_MOMENT = 8_640_000_000_000_000;

/**
 * When a record happened: the first of these fields with a usable time, be it an ISO 8601 text or a number of seconds,
 * milliseconds, microseconds or nanoseconds since 1970 (told by its size, also written as a text). Where none has one
 * because they are missing or before 2000, it is the time of receipt, and a warning says so. A value that is no time at
 * all is handed on as it is, and refused by name.
 *
 * @param parent JSON pointer to the object with the fields
 */
export function recordTime(
  record: Readonly<Record<string, unknown>>,
  fields: readonly string[],
  parent = '',
): Pick<CandidateEvent, 'timestamp' | 'warnings'> {
  const given = fields.filter((field) => record[field] !== undefined && record[field] !== null);
  let early: string | undefined;
  for (const field of given) {
    const value = record[field];
    const time = millisecondsOf(value);
    if (time === undefined) return { timestamp: value };
    if (time >= EARLIEST) return { timestamp: new Date(time).toISOString() };
    early ??= field;
  }
  const [field, why] = early === undefined ? [fields[0], 'is missing'] : [early, 'lies before 2000'];
  return { warnings: [{ pointer: `${parent}/${field}`, detail: `${why}; the time of receipt was taken` }] };
}

/** Milliseconds since 1970; undefined for what is no time. */
function millisecondsOf(value: unknown): number | undefined {
  if (typeof value === 'string' && !DIGITS.test(value)) {
    const time = parseTimestamp(value);
    return typeof time === 'string' ? undefined : time;
  }
  const count = typeof value === 'string' ? Number(value) : value;
  if (typeof count !== 'number' || !Number.isFinite(count)) return undefined;
  const [, unit] = UNITS.find(([from]) => Math.abs(count) >= from)!;
  const time = Math.round(count * unit);
  return Math.abs(time) <= LAST_MOMENT ? time : undefined;
}
