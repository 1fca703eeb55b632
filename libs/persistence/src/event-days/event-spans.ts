import type { DataSource } from 'typeorm';
import { queryRows } from '../readers/query-rows.js';
import { boundsOf, type Day, dayAfter } from './event-leaf.js';

/**
 * A stretch of days that one statement reads. Both bounds belong to it; ISO 8601. A statement has to name such bounds as
 * parameters, so that PostgreSQL plans it for these partitions alone: a lock on every partition and each of its indexes
 * would soon fill its table of locks.
 */
export interface EventSpan {
  from: string;
  to: string;
  /** Events in it. */
  count: number;
}

/** Which days; what is absent does not matter. Days without events are in no span. */
export interface WantedDays {
  /** Event time, ISO 8601; both belong to the range. */
  from?: string | undefined;
  to?: string | undefined;
  /** Days that may have events with ids from the first to the last of these. */
  ids?: readonly [first: string, last: string] | undefined;
  /** Days that may have events that were accepted at this time (ISO 8601) or later. */
  receivedSince?: string | undefined;
}

/** Most days of a span. */
export const SPAN_DAYS = 16;

const DAYS = `
  select to_char(day, 'YYYY-MM-DD') as day, count from event_daily_counts
   where count > 0
     and ($1::timestamptz is null or day >= ($1::timestamptz at time zone 'UTC')::date)
     and ($2::timestamptz is null or day <= ($2::timestamptz at time zone 'UTC')::date)
     and ($3::bigint is null or max_id is null or max_id >= $3::bigint)
     and ($4::bigint is null or min_id is null or min_id <= $4::bigint)
     and ($5::timestamptz is null or last_received_at is null or last_received_at >= $5::timestamptz)
   order by event_daily_counts.day`;

/**
 * The days that have events, in as few spans as `maxDays` allows, oldest first.
 *
 * @throws AppError `unavailable` while the database cannot be reached
 */
export async function eventSpans(
  dataSource: DataSource,
  { from, to, ids, receivedSince }: WantedDays,
  maxDays = SPAN_DAYS,
): Promise<EventSpan[]> {
  const rows = await queryRows<{ day: Day; count: string }>(dataSource, DAYS, [
    from ?? null,
    to ?? null,
    ids?.[0] ?? null,
    ids?.[1] ?? null,
    receivedSince ?? null,
  ]);
  const spans: EventSpan[] = [];
  let end = '';
  for (const { day, count } of rows) {
    const last = spans.at(-1);
    if (last !== undefined && day <= end) {
      last.to = boundsOf(day).to;
      last.count += Number(count);
    } else {
      spans.push({ ...boundsOf(day), count: Number(count) });
      end = lastDayFrom(day, maxDays);
    }
  }
  return spans;
}

/** Behind the last year that has four digits there is nothing to put together. */
function lastDayFrom(day: Day, days: number): Day {
  return day.startsWith('9999') ? day : dayAfter(day, days - 1);
}

/**
 * The events with these identities that lie within a range of event time, oldest first. The range of a finding, from
 * `first_seen` to `last_seen`, holds its evidence.
 *
 * @param columns what to select of the table `e`, its `uid` among it
 * @param within ISO 8601; both bounds belong to it
 * @throws AppError `unavailable` while the database cannot be reached
 */
export async function eventsByUids<T extends { uid: string }>(
  dataSource: DataSource,
  columns: string,
  uids: readonly string[],
  within: { from: string; to: string },
): Promise<T[]> {
  const found: T[] = [];
  if (uids.length === 0) return found;
  const left = new Set(uids);
  for (const span of await eventSpans(dataSource, within)) {
    const rows = await queryRows<T>(
      dataSource,
      `select ${columns} from events e
        where e.uid = any($1::uuid[]) and e."timestamp" >= $2::timestamptz and e."timestamp" <= $3::timestamptz
          and e."timestamp" >= $4::timestamptz and e."timestamp" <= $5::timestamptz
        order by e."timestamp", e.id`,
      [[...left], span.from, span.to, within.from, within.to],
    );
    for (const row of rows) left.delete(row.uid);
    found.push(...rows);
    if (left.size === 0) break;
  }
  return found;
}
