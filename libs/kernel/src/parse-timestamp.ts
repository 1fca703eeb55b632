const PLAIN_LENGTH = '2026-11-23T10:00:00.000Z'.length;
const ISO_8601 =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/;

/**
 * Reads an ISO 8601 date-time (the profile of RFC 3339, also without seconds or zone; no zone means UTC, a date alone
 * means midnight UTC; fractions beyond milliseconds are cut).
 *
 * @returns milliseconds since 1970-01-01T00:00:00Z, or a sentence that says what is wrong
 */
export function parseTimestamp(text: string): number | string {
  // Most producers write the form that JavaScript writes, which needs no second look.
  const plain = text.length === PLAIN_LENGTH ? Date.parse(text) : NaN;
  if (!Number.isNaN(plain) && new Date(plain).toISOString() === text) return plain;
  const match = ISO_8601.exec(text);
  if (match === null) return 'must be an ISO 8601 date-time such as 2026-11-23T10:00:00Z';
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  const date = `${year}-${month}-${day}`;
  // A leap second is the last moment of its minute here: no clock of ours knows it.
  const clock = `${hour}:${minute}:${second === '60' ? '59' : second}.${fraction.slice(0, 3).padEnd(3, '0')}`;
  const local = Date.parse(`${date}T${clock}Z`);
  if (Number.isNaN(local) || new Date(Date.parse(`${date}T00:00:00Z`)).toISOString().slice(0, 10) !== date) {
    return 'names a date or time that does not exist';
  }
  if (zone === 'Z' || zone === 'z') return local;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || '0');
  if (hours > 23 || minutes > 59) return 'has a time zone that does not exist';
  return local - (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
