const TIMESTAMP =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+\- ]\d{2}:?\d{2})?)?$/i;

/**
 * Reads an ISO 8601 date or timestamp as a client may write it in a URL: without a zone it is UTC, without a time it
 * is midnight, and a blank in place of `+` is the `+` of an offset that was not percent-encoded.
 *
 * @returns the instant as ISO 8601 in UTC with milliseconds, or null when there is no such instant in the years 1 to 9999
 */
export function parseTimestamp(text: string): string | null {
  const match = TIMESTAMP.exec(text);
  if (!match) return null;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  if (parseDay(`${year}-${month}-${day}`) === null) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const offset = /^z$/i.test(zone) ? 'Z' : zone.replace(' ', '+').replace(/^(.)(\d{2}):?(\d{2})$/, '$1$2:$3');
  const milliseconds = fraction.padEnd(3, '0').slice(0, 3);
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}${offset}`);
  if (Number.isNaN(time)) return null;
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
