const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

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

/** How long ago (or ahead) a moment is: `just now`, `5 min ago`, `3 days ago`, `in 2 h`. Takes epoch milliseconds. */
export function formatRelative(moment: number, now: number): string {
  const size = Math.abs(moment - now);
  if (size < 5 * SECOND) return 'just now';
  const words = formatDistance(size);
  return moment < now ? `${words} ago` : `in ${words}`;
}

function formatDistance(size: number): string {
  if (size < MINUTE) return `${Math.floor(size / SECOND)} s`;
  if (size < HOUR) return `${Math.floor(size / MINUTE)} min`;
  if (size < DAY) return `${Math.floor(size / HOUR)} h`;
  if (size < 60 * DAY) return several(Math.floor(size / DAY), 'day');
  if (size < 365 * DAY) return several(Math.floor(size / (30.44 * DAY)), 'month');
  return several(Math.floor(size / (365.25 * DAY)) || 1, 'year');
}

function several(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
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

const UTC_TIMESTAMP = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z/g;

/** A text in which each UTC timestamp (`2026-11-23T15:29:28.599Z`) is written in the reader's zone. */
export function withLocalTimes(text: string): string {
  return text.replace(UTC_TIMESTAMP, (found) => {
    const moment = Date.parse(found);
    return Number.isNaN(moment) ? found : exactWithYear.format(moment);
  });
}

/** The time of day of a moment in the reader's zone. */
export function formatClock(moment: number): string {
  return clock.format(moment);
}

/** A calendar day (`2026-11-23`): `23 Nov 2026`. */
export function formatDay(day: string): string {
  return dayOnly.format(Date.parse(`${day}T00:00:00Z`));
}

/** Calendar days from the first to the last: `2–9 Nov 2026`. */
export function formatDays(from: string, to: string): string {
  return dayOnly.formatRange(Date.parse(`${from}T00:00:00Z`), Date.parse(`${to}T00:00:00Z`));
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
    const minutes = Math.round(span / MINUTE);
    const rest = minutes % 60;
    return rest === 0 ? `${minutes / 60} h` : `${(minutes - rest) / 60} h ${rest} min`;
  }
  return several(Math.round(span / DAY), 'day');
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
