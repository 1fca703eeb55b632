import type { TimePart } from '../document/selection.js';

const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2}))?/;

/** A part of an ISO 8601 date or date-time as it is written, without regard to its zone; undefined for other texts. */
export function timePart(text: string, part: TimePart): number | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  switch (part) {
    case 'year':
      return year;
    case 'month':
      return month;
    case 'day':
      return day;
    case 'week':
      return isoWeek(year, month, day);
    case 'hour':
      return match[4] === undefined ? undefined : Number(match[4]);
    case 'minute':
      return match[5] === undefined ? undefined : Number(match[5]);
  }
}

/** Week of ISO 8601: weeks begin on Monday, week 1 holds the first Thursday. */
function isoWeek(year: number, month: number, day: number): number {
  const date = new Date(Date.UTC(year, month - 1, day));
  const weekday = (date.getUTCDay() + 6) % 7;
  date.setUTCDate(date.getUTCDate() - weekday + 3);
  const thursday = date.getTime();
  const first = new Date(Date.UTC(date.getUTCFullYear(), 0, 4));
  const firstThursday = first.getTime() + (3 - ((first.getUTCDay() + 6) % 7)) * 86_400_000;
  return 1 + Math.round((thursday - firstThursday) / (7 * 86_400_000));
}
