import type { EventEnvelope } from '@mcm/contracts';
import {
  columnList,
  DataSource,
  type EnvelopeRow,
  EVENT_ENVELOPE,
  eventsByUids,
  eventSpans,
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

/** Bounds of event time in ISO 8601 between which events with given identities lie; both belong to the range. */
export interface Within {
  from: string;
  to: string;
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
  byUids(uids: readonly string[], within: Within): Promise<EventEnvelope[]>;
  arrivals(
    uids: readonly string[],
    within: Within,
  ): Promise<Map<string, Pick<EventEnvelope, 'user' | 'received_at'>>>;
}

const PAGE_SIZE = 2000;
const ENVELOPE = columnList(EVENT_ENVELOPE, 'e');

/** Each statement names its days as parameters, see {@link eventSpans}: `$1` to `$2`, both included. */
const IN_SPAN = `e."timestamp" >= $1::timestamptz and e."timestamp" <= $2::timestamptz`;

const PAGE_BY_TIME = `
  select ${ENVELOPE} from events e
   where ${IN_SPAN} and (e."timestamp", e.id) > ($3::timestamptz, $4::bigint) and e."timestamp" < $5::timestamptz
   order by e."timestamp", e.id limit $6`;

/** The bounds of the ids are found through the block range index, which knows arrival times but no order. */
const ARRIVAL_BOUNDS = `
  select min(e.id) as first, max(e.id) as last from events e
   where ${IN_SPAN} and e.received_at >= $3::timestamptz and e.received_at < $4::timestamptz`;

const PAGE_BY_ARRIVAL = `
  select ${ENVELOPE} from events e
   where ${IN_SPAN} and e.id >= $3::bigint and e.id <= $4::bigint
     and e.received_at >= $5::timestamptz and e.received_at < $6::timestamptz
   order by e.id`;

const COUNT = `
  select count(*) as count from events e where ${IN_SPAN} and e."timestamp" >= $3::timestamptz and e."timestamp" < $4::timestamptz`;

const OPEN_EPISODES = `
  select ${selected(STORED_EPISODE, 'f')}
    from findings f where kind = 'correlation' and updated_at >= $1::timestamptz order by f.id`;

/** Reads stored events back in order, page by page, and what the rules made of them. */
@Injectable()
export class StoredEvents implements EventPages {
  constructor(private readonly dataSource: DataSource) {}

  async pageByTime(range: TimeRange, after: EventPlace | null, pageSize: number): Promise<EventPage> {
    const { time, id } = after ?? { time: range.from ?? '-infinity', id: '0' };
    const rows: EnvelopeRow[] = [];
    for (const { from, to } of await eventSpans(this.dataSource, {
      from: after?.time ?? range.from,
      to: range.to,
    })) {
      const left = pageSize - rows.length;
      const parameters = [from, to, time, id, range.to ?? 'infinity', left];
      rows.push(...(await queryRows<EnvelopeRow>(this.dataSource, PAGE_BY_TIME, parameters)));
      if (rows.length === pageSize) break;
    }
    const last = rows.at(-1);
    return {
      events: rows.map(toEnvelope),
      next:
        last === undefined || rows.length < pageSize
          ? null
          : { time: last.timestamp.toISOString(), id: last.id },
    };
  }

  /**
   * Events in the order in which they were stored; the range is over `received_at`. Ends with what was there at first. A page
   * is a stretch of ids, so that only days with such ids are read for it, and may hold fewer events than `pageSize`.
   */
  async *byArrival(
    range: TimeRange = {},
    pageSize = PAGE_SIZE,
  ): AsyncGenerator<EventEnvelope[], void, undefined> {
    const received = [range.from ?? '-infinity', range.to ?? 'infinity'];
    const bounds = await this.arrivalBounds(range.from, received);
    if (bounds === null) return;
    for (let first = bounds.first; first <= bounds.last; first += BigInt(pageSize)) {
      const end = first + BigInt(pageSize) - 1n;
      const ids = [String(first), String(end < bounds.last ? end : bounds.last)] as const;
      const rows: EnvelopeRow[] = [];
      const spans = await eventSpans(this.dataSource, { ids });
      for (const { from, to } of spans) {
        const parameters = [from, to, ...ids, ...received];
        rows.push(...(await queryRows<EnvelopeRow>(this.dataSource, PAGE_BY_ARRIVAL, parameters)));
      }
      if (spans.length > 1) rows.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
      if (rows.length > 0) yield rows.map(toEnvelope);
    }
  }

  /** First and last id of the events that arrived in a range; null when there are none. */
  private async arrivalBounds(
    receivedSince: string | undefined,
    received: readonly string[],
  ): Promise<{ first: bigint; last: bigint } | null> {
    let bounds: { first: bigint; last: bigint } | null = null;
    for (const { from, to } of await eventSpans(this.dataSource, { receivedSince })) {
      const [row] = await queryRows<{ first: string | null; last: string | null }>(
        this.dataSource,
        ARRIVAL_BOUNDS,
        [from, to, ...received],
      );
      if (!row?.first || !row.last) continue;
      const first = BigInt(row.first);
      const last = BigInt(row.last);
      bounds = {
        first: bounds === null || first < bounds.first ? first : bounds.first,
        last: bounds === null || last > bounds.last ? last : bounds.last,
      };
    }
    return bounds;
  }

  /** How many events happened in the range. Whole days come from their counts, so that only the days at the ends are counted. */
  async countEvents({ from, to }: TimeRange = {}): Promise<number> {
    const days = await eventSpans(this.dataSource, { from, to }, 1);
    let count = 0;
    for (const [i, day] of days.entries()) {
      const isEnd = (i === 0 && from !== undefined) || (i === days.length - 1 && to !== undefined);
      if (!isEnd) {
        count += day.count;
        continue;
      }
      const parameters = [day.from, day.to, from ?? '-infinity', to ?? 'infinity'];
      const [row] = await queryRows<{ count: string }>(this.dataSource, COUNT, parameters);
      count += toSafeInteger(row?.count ?? 0);
    }
    return count;
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
  async arrivals(
    uids: readonly string[],
    within: Within,
  ): Promise<Map<string, Pick<EventEnvelope, 'user' | 'received_at'>>> {
    const rows = await eventsByUids<{ uid: string; user: string; received_at: Date }>(
      this.dataSource,
      'e.uid, e."user", e.received_at',
      uids,
      within,
    );
    return new Map(
      rows.map(({ uid, user, received_at }) => [uid, { user, received_at: received_at.toISOString() }]),
    );
  }

  /** The events with these identities that are stored, in the order in which they happened. */
  async byUids(uids: readonly string[], within: Within): Promise<EventEnvelope[]> {
    return (await eventsByUids<EnvelopeRow>(this.dataSource, ENVELOPE, uids, within)).map(toEnvelope);
  }
}
