import { parseTimestamp } from '@mcm/kernel';

/** The end of a day as hour 24 and leap seconds, which events may have. */
const NO_MOMENT = /[T ]24|:\d{2}:60/i;
/** A blank in place of the `+` of an offset that was not percent-encoded. */
const LOST_PLUS = /(?<=:\d{2}(?:[.,]\d+)?) (?=\d{2}:?\d{2}$)/;

/**
 * Reads an ISO 8601 date or timestamp as a client may write it in a URL: without a zone it is UTC, without a time it
 * is midnight, and a blank in place of `+` is the `+` of an offset that was not percent-encoded.
 *
 * @returns the instant as ISO 8601 in UTC with milliseconds, or null when there is no such instant in the years 1 to 9999
 */
export function timestampParameter(text: string): string | null {
  const time = NO_MOMENT.test(text) ? null : parseTimestamp(text.replace(LOST_PLUS, '+'));
  if (typeof time !== 'number') return null;
  const iso = new Date(time).toISOString();
  return /^(?!0000)\d{4}-/.test(iso) ? iso : null;
}

/**
 * Reads a calendar day.
 *
 * @returns the day as `YYYY-MM-DD`, or null when the text is not written so or the calendar has no such day
 */
export function parseDay(text: string): string | null {
  if (!/^(?!0000)\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const time = Date.parse(`${text}T00:00:00.000Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text ? null : text;
}
