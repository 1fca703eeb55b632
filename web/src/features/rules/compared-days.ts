import { utcDay } from '@/lib/time';
import type { PreviewReport } from './api/preview-rule';

/** Findings of one day (UTC), as the text tried gives them and as the rule in force does. */
export interface ComparedDay {
  date: string;
  tried: number;
  /** Null where there is no such rule in force. */
  inForce: number | null;
}

/** Every day of the range that was looked at, days without findings included. */
export function comparedDays({ from, to, days, present }: PreviewReport): ComparedDay[] {
  const tried = new Map(days.map(({ date, count }) => [date, count]));
  const inForce = present && new Map(present.days.map(({ date, count }) => [date, count]));
  const first = Date.parse(from);
  // The end itself is not looked at: midnight belongs to the day before.
  const last = utcDay(Date.parse(to) - 1);
  const all: ComparedDay[] = [];
  for (let shift = 0; ; shift += 1) {
    const date = utcDay(first, shift);
    if (date > last) return all;
    all.push({ date, tried: tried.get(date) ?? 0, inForce: inForce && (inForce.get(date) ?? 0) });
  }
}
