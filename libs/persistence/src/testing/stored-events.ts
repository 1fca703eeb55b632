import type { EventEnvelope } from '@mcm/contracts';
import { canonicalName } from '@mcm/kernel';
import type { DataSource } from 'typeorm';
import { NEW_EVENT } from '../tables/index.js';
import { insertRows } from './rows.js';

/** Stores events and counts them, as ingestion does; gives their ids. */
export async function storeEvents(database: DataSource, events: readonly EventEnvelope[]): Promise<number[]> {
  const rows = events.map((event) => {
    const name = canonicalName(event.user);
    return {
      content_hash: null,
      conflicts_with: null,
      ...event,
      canonical_user: name === event.user ? null : name,
    };
  });
  const ids = await insertRows(database, 'events', NEW_EVENT, rows);
  await database.query(
    `insert into event_daily_counts as counts (day, count)
     select ("timestamp" at time zone 'UTC')::date, count(*) from events where id = any($1::bigint[]) group by 1
     on conflict (day) do update set count = counts.count + excluded.count`,
    [ids],
  );
  return ids;
}
