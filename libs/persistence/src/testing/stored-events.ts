import type { EventEnvelope } from '@mcm/contracts';
import { canonicalName } from '@mcm/kernel';
import type { DataSource } from 'typeorm';
import { columnList, NEW_EVENT, recordsFrom, type RowOf } from '../tables/index.js';

const ADD = `
  with stored as (
    insert into events (${columnList(NEW_EVENT)})
    select ${columnList(NEW_EVENT)} from ${recordsFrom('$1', 'event', NEW_EVENT)}
    on conflict do nothing returning id, "timestamp", received_at
  ), counted as (
    insert into event_daily_counts as counts (day, count, max_id, last_received_at)
    select ("timestamp" at time zone 'UTC')::date, count(*), max(id), max(received_at) from stored group by 1 order by 1
    on conflict (day) do update
       set count = counts.count + excluded.count,
           max_id = greatest(counts.max_id, excluded.max_id),
           last_received_at = greatest(counts.last_received_at, excluded.last_received_at)
  )
  select id from stored order by id`;

/** Stores and counts the events that are not stored yet, as ingestion does; gives their ids. */
export async function storeEvents(database: DataSource, events: readonly EventEnvelope[]): Promise<number[]> {
  const records = events.map((event): RowOf<typeof NEW_EVENT> => {
    const name = canonicalName(event.user);
    return {
      content_hash: null,
      conflicts_with: null,
      ...event,
      canonical_user: name === event.user ? null : name,
    };
  });
  const rows = await database.query<{ id: string }[]>(ADD, [JSON.stringify(records)]);
  return rows.map(({ id }) => Number(id));
}
