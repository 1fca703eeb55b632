import { utcDay } from '@/lib/time';

/** Events of one day in UTC. */
export interface DailyCount {
  date: string;
  count: number;
}

/**
 * The last `days` days up to and including today (UTC), with zero for days without events, so that the time axis
 * is even. Days outside, also those in the future, are left out.
 */
export function lastDays(counts: readonly DailyCount[], days: number, now: number): DailyCount[] {
  const known = new Map(counts.map(({ date, count }) => [date, count]));
  return Array.from({ length: days }, (_, index) => {
    const date = utcDay(now, index - days + 1);
    return { date, count: known.get(date) ?? 0 };
  });
}
