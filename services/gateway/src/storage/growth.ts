import { firstKeptDay } from '@mcm/contracts';
import { dayOf } from '@mcm/persistence';
import type { DayRows } from './storage-reader.js';

const DAY_MS = 86_400_000;
/** Days that growth is the mean of. */
const MEAN_DAYS = 7;

/** How many rows of a kind come and go each day. */
export interface RowsPerDay {
  /** The mean of the last seven whole days, of fewer where there are no more. */
  come: number;
  /** The mean of the next seven days: those whose time is over then. */
  go: number;
}

/**
 * How much a kind of data changes in a day; null while there is no whole day yet.
 *
 * @param days the oldest first
 * @param keptDays 0 is for ever
 * @param now milliseconds since 1970
 */
export function rowsPerDay(days: readonly DayRows[], keptDays: number, now: number): RowsPerDay | null {
  const dayBefore = (count: number) => dayOf(now - count * DAY_MS);
  const today = dayBefore(0);
  const first = days[0]?.day;
  if (first === undefined || first >= today) return null;
  const whole = Math.min(MEAN_DAYS, Math.round((Date.parse(today) - Date.parse(first)) / DAY_MS));
  const come = sum(days.filter(({ day }) => day >= dayBefore(whole) && day < today)) / whole;
  const due = firstKeptDay(now + MEAN_DAYS * DAY_MS, keptDays);
  const go = due === null ? 0 : sum(days.filter(({ day }) => day < due)) / MEAN_DAYS;
  return { come, go };
}

/** Rows of each month, the oldest first. */
export function rowsByMonth(days: readonly DayRows[]): { month: string; rows: number }[] {
  const months = new Map<string, number>();
  for (const { day, rows } of days) {
    const month = day.slice(0, 7);
    months.set(month, (months.get(month) ?? 0) + rows);
  }
  return [...months].map(([month, rows]) => ({ month, rows }));
}

/**
 * Days until the disk is full; null when it does not get fuller.
 *
 * @param room bytes that may still be written
 * @param growth bytes a day
 */
export function daysUntilFull(room: number, growth: number): number | null {
  return growth > 0 ? Math.max(0, Math.floor(room / growth)) : null;
}

export function sum(days: readonly DayRows[]): number {
  return days.reduce((total, { rows }) => total + rows, 0);
}
