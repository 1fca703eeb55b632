import type { Clock } from '@mcm/kernel';
import { DataSource, type Day, dayAfter, dayOf, queryRows } from '@mcm/persistence';
import { CLOCK } from '@mcm/platform';
import { Inject, Injectable } from '@nestjs/common';
import { IngestionConfig } from '../ingestion.config.js';
import { closeDay } from './close-day.js';
import { dropDay, keepOnly } from './drop-day.js';
import { makeDay } from './make-day.js';

/** A day with events, and where they are. */
export interface StoredDay {
  day: Day;
  events: number;
  /** `default`: it has no partition of its own. */
  state: 'default' | 'open' | 'closed';
}

/** Most days that have a partition of their own, however long events are kept. */
const PARTITIONS_MAX = 3650;
/** Days that are written to: the partition of a day is closed when it is this old. */
const OPEN_DAYS = 2;

const DAYS = `
  select to_char(day, 'YYYY-MM-DD') as day, coalesce(c.count, 0) as events, coalesce(d.state, 'default') as state
    from event_daily_counts c full join event_days d using (day)
   where c.count > 0 or d.day is not null
   order by day desc`;

/**
 * The partitions of `events`: one for each day (UTC) from as long ago as events are kept until tomorrow. Events of other
 * days, and of days that have none yet, are in the default partition. One process at a time calls what changes them.
 */
@Injectable()
export class EventDays {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly config: IngestionConfig,
  ) {}

  /** The days that have a partition of their own, or are to get one. */
  get window(): { first: Day; last: Day } {
    const today = dayOf(this.clock.now());
    const days = Math.min(this.config.eventsRetentionDays || PARTITIONS_MAX, PARTITIONS_MAX);
    return { first: dayAfter(today, -days), last: dayAfter(today) };
  }

  /** Every day that has events or a partition, newest first. */
  async stored(): Promise<StoredDay[]> {
    const rows = await queryRows<Omit<StoredDay, 'events'> & { events: string }>(this.dataSource, DAYS);
    return rows.map((row) => ({ ...row, events: Number(row.events) }));
  }

  /** Days that are to get a partition now, today and tomorrow first, then the newest. */
  missing(stored: readonly StoredDay[]): Day[] {
    const { first, last } = this.window;
    const made = new Set(stored.filter(({ state }) => state !== 'default').map(({ day }) => day));
    const filled = stored.map(({ day }) => day).filter((day) => day >= first && day <= last);
    return [...new Set([dayAfter(last, -1), last, ...filled])].filter((day) => !made.has(day));
  }

  /** Days that are over and not closed yet, newest first. */
  closable(stored: readonly StoredDay[]): Day[] {
    const before = dayAfter(dayOf(this.clock.now()), 1 - OPEN_DAYS);
    return stored.filter(({ day, state }) => state === 'open' && day < before).map(({ day }) => day);
  }

  /** How many events lie outside of the days that can have a partition. */
  outside(stored: readonly StoredDay[]): number {
    const { first, last } = this.window;
    return stored
      .filter(({ day, state }) => state === 'default' && (day < first || day > last))
      .reduce((sum, { events }) => sum + events, 0);
  }

  /** See {@link makeDay}. */
  make(day: Day): Promise<number | null> {
    return makeDay(this.dataSource, day);
  }

  /** See {@link closeDay}. */
  close(day: Day): Promise<void> {
    return closeDay(this.dataSource, day);
  }

  /** See {@link dropDay}. */
  drop(day: Day, archivedThrough: number | null = null): Promise<number> {
    return dropDay(this.dataSource, day, archivedThrough);
  }

  /** See {@link keepOnly}. */
  keepOnly(day: Day, sources: readonly string[], archivedThrough: number | null = null): Promise<number> {
    return keepOnly(this.dataSource, day, sources, archivedThrough);
  }
}
