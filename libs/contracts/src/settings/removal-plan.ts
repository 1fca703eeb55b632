import { eventDaysOf, type Retention } from './retention.js';

const DAY_MS = 86_400_000;

/** The part of a legal hold that decides what stays. */
export interface Hold {
  /** Null: all sources. */
  sources: readonly string[] | null;
  /** Days (UTC) as `YYYY-MM-DD`, both included; null is without a bound. */
  from_day: string | null;
  to_day: string | null;
}

/** What becomes of a day of events. */
export type DayPlan =
  | { what: 'keep'; held: boolean }
  | { what: 'drop' }
  /** Events of other sources go. */
  | { what: 'keep-only'; sources: readonly string[] };

/**
 * The first day (UTC) that is kept.
 *
 * @param time the time that ages are measured from, in milliseconds since 1970
 * @param days 0 is for ever
 */
export function firstKeptDay(time: number, days: number): string | null {
  return days === 0 ? null : new Date(time - days * DAY_MS).toISOString().slice(0, 10);
}

/** The day before which something may have to go; null when nothing has to. */
export function lastDayToLookAt(retention: Retention, time: number): string | null {
  const times = [retention.events_days, ...Object.values(retention.events_days_by_source)];
  const days = times.map((each) => firstKeptDay(time, each)).filter((day) => day !== null);
  return days.sort().at(-1) ?? null;
}

/** Decides about a day. Which sources it has is asked for only when that matters. */
export class RemovalPlan {
  constructor(
    private readonly retention: Retention,
    private readonly holds: readonly Hold[],
    private readonly time: number,
  ) {}

  /**
   * What decides about the sources of a day, as a text that changes with the decision; null when all of them share one
   * fate and {@link decide} needs no list of them.
   */
  differences(day: string): string | null {
    const own = Object.keys(this.retention.events_days_by_source).filter(
      (source) => this.isOver(day, source) !== this.isOver(day),
    );
    const held = this.holdsOf(day).flatMap(({ sources }) => sources ?? []);
    const allHeld = this.holdsOf(day).some(({ sources }) => sources === null);
    if (allHeld || (own.length === 0 && (held.length === 0 || !this.isOver(day)))) return null;
    return JSON.stringify([this.isOver(day), own.sort(), held.sort()]);
  }

  /** @param sources those that the day has; may be left out where {@link differences} is null */
  decide(day: string, sources: readonly string[] = []): DayPlan {
    const holds = this.holdsOf(day);
    if (this.differences(day) === null) {
      if (!this.isOver(day)) return { what: 'keep', held: false };
      return holds.some((hold) => hold.sources === null) ? { what: 'keep', held: true } : { what: 'drop' };
    }
    const isHeld = (source: string) => holds.some((hold) => hold.sources?.includes(source) ?? true);
    const kept = sources.filter((source) => !this.isOver(day, source) || isHeld(source));
    if (kept.length === 0) return { what: 'drop' };
    if (kept.length < sources.length) return { what: 'keep-only', sources: kept };
    return { what: 'keep', held: kept.some((source) => this.isOver(day, source)) };
  }

  /** Whether the time of a day's events is over; of a source, or of those without a time of their own. */
  private isOver(day: string, source?: string): boolean {
    const days = source === undefined ? this.retention.events_days : eventDaysOf(this.retention, source);
    const first = firstKeptDay(this.time, days);
    return first !== null && day < first;
  }

  private holdsOf(day: string): Hold[] {
    return this.holds.filter(
      ({ from_day, to_day }) => (from_day === null || from_day <= day) && (to_day === null || day <= to_day),
    );
  }
}
