import type { EventEnvelope } from '@mcm/contracts';
import type { QueryRunner } from '@mcm/persistence';

/** Sources and types of one day that are counted separately, about: producers choose both. Others share the empty name. */
export const SEPARATE_TYPES = 2_000;

/**
 * $1, $2: days, and how many events of them are new; $3: when the last of these was accepted. The last number that this
 * session took is above all that it took before.
 */
const COUNT_DAYS = `
  insert into event_daily_counts as counts (day, count, max_id, last_received_at)
  select day, count, currval('events_id_seq'), $3::timestamptz
    from unnest($1::date[], $2::bigint[]) as recorded (day, count) order by day
  on conflict (day) do update
     set count = counts.count + excluded.count,
         max_id = greatest(counts.max_id, excluded.max_id),
         last_received_at = greatest(counts.last_received_at, excluded.last_received_at)`;

/** $1 to $4: day, source, type, and how many events of them are new; $5: {@link SEPARATE_TYPES}. */
const COUNT_TYPES = `
  with known as materialized (
    select day, count(*) as types from event_type_daily_counts where day = any($1::date[]) group by day
  )
  insert into event_type_daily_counts as counts (day, source, event_type, count)
  select day, case when is_counted then source else '' end, case when is_counted then event_type else '' end, sum(count)
    from unnest($1::date[], $2::text[], $3::text[], $4::bigint[]) as recorded (day, source, event_type, count)
    left join known using (day)
    cross join lateral (
      select coalesce(types, 0) < $5::integer or exists (
        select from event_type_daily_counts c
         where (c.day, c.source, c.event_type) = (recorded.day, recorded.source, recorded.event_type)) as is_counted
    ) checked
   group by 1, 2, 3 order by 1, 2, 3
  on conflict (day, source, event_type) do update set count = counts.count + excluded.count`;

/** Counts events that have just become rows, in their transaction: how many are stored by day, and were recorded by day, source and type. */
export async function countRecorded(runner: QueryRunner, events: readonly EventEnvelope[]): Promise<void> {
  const days = new Map<string, number>();
  const types = new Map<string, { day: string; source: string; event_type: string; count: number }>();
  let received = '';
  for (const { timestamp, source, event_type, received_at } of events) {
    const day = timestamp.slice(0, 10);
    days.set(day, (days.get(day) ?? 0) + 1);
    const key = `${day} ${source}\u0000${event_type}`;
    const type = types.get(key);
    if (type === undefined) types.set(key, { day, source, event_type, count: 1 });
    else type.count += 1;
    if (received_at > received) received = received_at;
  }
  await runner.query(COUNT_DAYS, [[...days.keys()], [...days.values()], received]);
  const rows = [...types.values()];
  await runner.query(COUNT_TYPES, [
    rows.map(({ day }) => day),
    rows.map(({ source }) => source),
    rows.map(({ event_type }) => event_type),
    rows.map(({ count }) => count),
    SEPARATE_TYPES,
  ]);
}
