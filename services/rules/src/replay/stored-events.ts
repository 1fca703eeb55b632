import type { EventEnvelope } from '@mcm/contracts';
import {
  columnList,
  DataSource,
  type EnvelopeRow,
  EVENT_ENVELOPE,
  FINDING,
  pick,
  queryRows,
  type RowOf,
  selected,
  toEnvelope,
  toSafeInteger,
} from '@mcm/persistence';
import { Injectable } from '@nestjs/common';

/** Bounds in ISO 8601: `from` belongs to the range, `to` does not; absent means unbounded. */
export interface TimeRange {
  from?: string;
  to?: string;
}

const STORED_EPISODE = pick(
  FINDING,
  'id',
  'finding_key',
  'rule_id',
  'rule_hash',
  'group_key',
  'first_seen',
  'last_seen',
  'event_count',
  'event_uids',
);
/** An episode that may go on; times are ISO 8601 in UTC. */
export type StoredEpisode = RowOf<typeof STORED_EPISODE> & { group_key: string };

/** A place among stored events in the order in which they happened: behind one of them. */
export interface EventPlace {
  /** ISO 8601. */
  time: string;
  id: string;
}

/** Some stored events, and where to go on; null when there are no more. */
export interface EventPage {
  events: EventEnvelope[];
  next: EventPlace | null;
}

/** What evaluating stored events again asks for; each question is independent, so another process may ask. */
export interface EventPages {
  /** The events of a range that happened after a place, in that order. */
  pageByTime(range: TimeRange, after: EventPlace | null, pageSize: number): Promise<EventPage>;
  countEvents(range: TimeRange): Promise<number>;
  byUids(uids: readonly string[]): Promise<EventEnvelope[]>;
  arrivals(uids: readonly string[]): Promise<Map<string, Pick<EventEnvelope, 'user' | 'received_at'>>>;
}

const PAGE_SIZE = 2000;
const ENVELOPE = columnList(EVENT_ENVELOPE, 'e');

const PAGE_BY_TIME = `
  select ${ENVELOPE} from events e
   where (e."timestamp", e.id) > ($1::timestamptz, $2::bigint) and e."timestamp" < $3::timestamptz
   order by e."timestamp", e.id limit $4`;

/*
 * The bounds of the ids are found through the block range index, which knows arrival times but no order; materialized,
 * because the planner would otherwise look for the smallest id by walking the primary key from the oldest event on.
 */
const ARRIVAL_BOUNDS = `
  with arrived as materialized (
    select id from events where received_at >= $1::timestamptz and received_at < $2::timestamptz
  )
  select min(id) - 1 as before, max(id) as last from arrived`;

const PAGE_BY_ARRIVAL = `
  select ${ENVELOPE} from events e
   where e.id > $1::bigint and e.id <= $2::bigint
     and e.received_at >= $3::timestamptz and e.received_at < $4::timestamptz
   order by e.id limit $5`;

/** Whole days come from their counts, so that only the rows of the two days at the ends are counted. */
const COUNT = `
  with bounds as (
    select $1::timestamptz as first, $2::timestamptz as last,
           case when $1::timestamptz = '-infinity' then '-infinity'::date
                else (($1::timestamptz at time zone 'UTC') + interval '1 day' - interval '1 microsecond')::date
           end as first_day,
           case when $2::timestamptz = 'infinity' then 'infinity'::date
                else ($2::timestamptz at time zone 'UTC')::date end as end_day
  )
  select case when first_day >= end_day
    then (select count(*) from events where "timestamp" >= $1::timestamptz and "timestamp" < $2::timestamptz)
    else (select coalesce(sum(count), 0) from event_daily_counts where day >= first_day and day < end_day)
       + (select count(*) from events
           where "timestamp" >= $1::timestamptz and "timestamp" < first_day::timestamp at time zone 'UTC')
       + (select count(*) from events
           where "timestamp" >= end_day::timestamp at time zone 'UTC' and "timestamp" < $2::timestamptz)
    end as count
    from bounds`;

const OPEN_EPISODES = `
  select ${selected(STORED_EPISODE, 'f')}
    from findings f where kind = 'correlation' and updated_at >= $1::timestamptz order by f.id`;

/** Reads stored events back in order, page by page, and what the rules made of them. */
@Injectable()
export class StoredEvents implements EventPages {
  constructor(private readonly dataSource: DataSource) {}

  async pageByTime(range: TimeRange, after: EventPlace | null, pageSize: number): Promise<EventPage> {
    const { time, id } = after ?? { time: range.from ?? '-infinity', id: '0' };
    const rows = await queryRows<EnvelopeRow>(this.dataSource, PAGE_BY_TIME, [
      time,
      id,
      range.to ?? 'infinity',
      pageSize,
    ]);
    const last = rows.at(-1);
    return {
      events: rows.map(toEnvelope),
      next:
        last === undefined || rows.length < pageSize
          ? null
          : { time: last.timestamp.toISOString(), id: last.id },
    };
  }

  /** Events in the order in which they were stored; the range is over `received_at`. Ends with what was there at first. */
  async *byArrival(
    range: TimeRange = {},
    pageSize = PAGE_SIZE,
  ): AsyncGenerator<EventEnvelope[], void, undefined> {
    const bounds = [range.from ?? '-infinity', range.to ?? 'infinity'];
    const [ids] = await queryRows<{ before: string | null; last: string | null }>(
      this.dataSource,
      ARRIVAL_BOUNDS,
      bounds,
    );
    if (!ids?.before || !ids.last) return;
    let before = ids.before;
    for (;;) {
      const rows = await queryRows<EnvelopeRow>(this.dataSource, PAGE_BY_ARRIVAL, [
        before,
        ids.last,
        ...bounds,
        pageSize,
      ]);
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map(toEnvelope);
      if (rows.length < pageSize) return;
      before = last.id;
    }
  }

  /** How many events happened in the range. */
  async countEvents(range: TimeRange = {}): Promise<number> {
    const bounds = [range.from ?? '-infinity', range.to ?? 'infinity'];
    const [row] = await queryRows<{ count: string }>(this.dataSource, COUNT, bounds);
    return toSafeInteger(row?.count ?? 0);
  }

  /**
   * Episodes written at or after a time, oldest first: those that a new rule engine has to know.
   *
   * @param since ISO 8601, wall clock
   */
  async openEpisodes(since: string): Promise<StoredEpisode[]> {
    const rows = await queryRows<Omit<StoredEpisode, 'id'> & { id: string }>(this.dataSource, OPEN_EPISODES, [
      since,
    ]);
    return rows.map((row) => ({ ...row, id: toSafeInteger(row.id) }));
  }

  /** Who the events were about and when they arrived, by uid; those that are not stored are left out. */
  async arrivals(uids: readonly string[]): Promise<Map<string, Pick<EventEnvelope, 'user' | 'received_at'>>> {
    const rows = await queryRows<{ uid: string; user: string; received_at: Date }>(
      this.dataSource,
      'select uid, "user", received_at from events where uid = any($1::uuid[])',
      [uids],
    );
    return new Map(
      rows.map(({ uid, user, received_at }) => [uid, { user, received_at: received_at.toISOString() }]),
    );
  }

  /** The events with these identities that are stored, in the order in which they happened. */
  async byUids(uids: readonly string[]): Promise<EventEnvelope[]> {
    const rows = await queryRows<EnvelopeRow>(
      this.dataSource,
      `select ${ENVELOPE} from events e where e.uid = any($1::uuid[]) order by e."timestamp", e.id`,
      [uids],
    );
    return rows.map(toEnvelope);
  }
}
