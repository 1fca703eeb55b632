import type { EventEnvelope } from '@mcm/contracts';
import type { Day, QueryRunner } from '@mcm/persistence';

/** Waits for another transaction that notes the same event; $1 and $2 in the order of the uids, so that none wait in a circle. */
const NOTE = `
  insert into untimed_events (uid, "timestamp")
  select uid, "timestamp" from unnest($1::uuid[], $2::timestamptz[]) as event (uid, "timestamp") order by uid
  on conflict (uid) do nothing`;

const NOTED = `
  select uid, to_char("timestamp" at time zone 'UTC', 'YYYY-MM-DD') as day
    from untimed_events where uid = any($1::uuid[])`;

/** The day on which each event without a time of its own was accepted first, by uid. */
export type DaysOfUntimed = ReadonlyMap<string, Day>;

/**
 * An event whose producer gave no time has that of its arrival, so that it would be another event when it is sent again
 * after midnight. What is remembered of recent ones says to which day each belongs.
 */
export async function daysOfUntimed(
  runner: QueryRunner,
  events: readonly EventEnvelope[],
): Promise<DaysOfUntimed> {
  const untimed = new Map<string, string>();
  for (const event of events)
    if (isUntimed(event) && !untimed.has(event.uid)) untimed.set(event.uid, event.timestamp);
  if (untimed.size === 0) return untimed;
  const uids = [...untimed.keys()];
  await runner.query(NOTE, [uids, [...untimed.values()]]);
  const rows = (await runner.query(NOTED, [uids])) as { uid: string; day: Day }[];
  return new Map(rows.map(({ uid, day }) => [uid, day]));
}

/** The day that an event's identity belongs to. */
export function dayOfEvent(event: EventEnvelope, days: DaysOfUntimed): Day {
  return (isUntimed(event) ? days.get(event.uid) : undefined) ?? event.timestamp.slice(0, 10);
}

/**
 * One with a time of its own that is by chance that of its arrival is treated alike, which changes nothing. An event that
 * came without an id, and so has no hash of its content, comes but once.
 */
function isUntimed({ timestamp, received_at, content_hash }: EventEnvelope): boolean {
  return content_hash !== undefined && timestamp === received_at;
}
