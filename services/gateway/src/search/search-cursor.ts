import { createHash } from 'node:crypto';
import { AppError } from '@mcm/kernel';

/** Largest value of a PostgreSQL bigint. */
const BIGINT_MAX = 9_223_372_036_854_775_807n;

/** A place between two rows that are listed newest first: what comes next is older, or as old with a lower id. */
export interface Position {
  /** ISO 8601 in UTC with milliseconds. */
  timestamp: string;
  /** A whole number within 64 bits, as text. */
  id: string;
}

/**
 * Writes a position as text that means nothing to a client.
 *
 * @param asked what was asked for, as far as it decides which rows there are and in which order: a cursor belongs to it
 */
export function writeCursor(position: Position, asked: unknown): string {
  const { timestamp, id } = position;
  return Buffer.from(`${Date.parse(timestamp)}.${id}.${digest(position, asked)}`).toString('base64url');
}

/** @throws AppError `SEARCH.INVALID_CURSOR` (`invalid`, naming `cursor`) for a text that {@link writeCursor} did not give for this */
export function readCursor(cursor: string, asked: unknown): Position {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const [, time, id, seal] = /^(-?\d{1,15})\.(\d{1,19})\.([\w-]+)$/.exec(text) ?? [];
  if (time !== undefined && id !== undefined && BigInt(id) <= BIGINT_MAX && isInCalendar(Number(time))) {
    const position = { timestamp: new Date(Number(time)).toISOString(), id };
    if (seal === digest(position, asked) && writeCursor(position, asked) === cursor) return position;
  }
  const detail = 'cursor must be the one that an answer to the same search gave, with the same filters';
  throw new AppError('invalid', 'SEARCH.INVALID_CURSOR', detail, { errors: [{ pointer: 'cursor', detail }] });
}

/** Whether PostgreSQL and ISO 8601 know the year: 1 to 9999. */
function isInCalendar(time: number): boolean {
  return time >= Date.parse('0001-01-01T00:00:00Z') && time < Date.UTC(10_000, 0, 1);
}

/** No secret is in it: it tells a slip from a cursor, and who makes one up can only ask for another place. */
function digest({ timestamp, id }: Position, asked: unknown): string {
  const sealed = JSON.stringify([timestamp, id, asked]);
  return createHash('sha256').update(sealed).digest('base64url').slice(0, 16);
}
