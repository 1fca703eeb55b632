const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' });
const absolute = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
const dayOnly = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});
const dayShort = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const exact = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const exactWithYear = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** How long ago (or ahead) a moment is: `just now`, `5 min ago`, `3 days ago`. Takes epoch milliseconds. */
export function formatRelative(moment: number, now: number): string {
  const distance = moment - now;
  const size = Math.abs(distance);
  if (size < 5 * SECOND) return 'just now';
  if (size < MINUTE) return relative.format(Math.round(distance / SECOND), 'second');
  if (size < HOUR) return relative.format(Math.round(distance / MINUTE), 'minute');
  if (size < DAY) return relative.format(Math.round(distance / HOUR), 'hour');
  if (size < 60 * DAY) return relative.format(Math.round(distance / DAY), 'day');
  if (size < 365 * DAY) return relative.format(Math.round(distance / (30.44 * DAY)), 'month');
  return relative.format(Math.round(distance / (365.25 * DAY)), 'year');
}

/** A moment in the reader's zone, with the zone: `23 Nov 2026, 14:03:12 CET`. */
export function formatAbsolute(moment: number): string {
  return absolute.format(moment);
}

/** A moment in the reader's zone to the second: `23 Nov, 14:03:12`, with the year when it is another one. */
export function formatExact(moment: number, now: number): string {
  const sameYear = new Date(moment).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? exact : exactWithYear).format(moment);
}

/** The time of day of a moment in the reader's zone. */
export function formatClock(moment: number): string {
  return clock.format(moment);
}

/** A calendar day (`2026-11-23`): `23 Nov 2026`. */
export function formatDay(day: string): string {
  return dayOnly.format(Date.parse(`${day}T00:00:00Z`));
}

/** A calendar day without its year: `23 Nov`. */
export function formatDayShort(day: string): string {
  return dayShort.format(Date.parse(`${day}T00:00:00Z`));
}

/** The length of a span: `45 s`, `12 min`, `3 h 20 min`, `2 days`. Takes milliseconds. */
export function formatDuration(span: number): string {
  if (span < SECOND) return 'under 1 s';
  if (span < MINUTE) return `${Math.round(span / SECOND)} s`;
  if (span < HOUR) return `${Math.round(span / MINUTE)} min`;
  if (span < DAY) {
    const hours = Math.floor(span / HOUR);
    const minutes = Math.round((span % HOUR) / MINUTE);
    return minutes ? `${hours} h ${minutes} min` : `${hours} h`;
  }
  const days = Math.round(span / DAY);
  return days === 1 ? '1 day' : `${days} days`;
}

/** The UTC day of a moment as `YYYY-MM-DD`, moved by whole days. */
export function utcDay(moment: number, shift = 0): string {
  return new Date(moment + shift * DAY).toISOString().slice(0, 10);
}

/** Whether a text is a day that exists, as `YYYY-MM-DD`. */
export function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const moment = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(moment) && utcDay(moment) === value;
}
