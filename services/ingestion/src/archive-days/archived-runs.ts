import { isoTime, queryRows } from '@mcm/persistence';
import type { DataSource, EntityManager } from '@mcm/persistence';

/** A run that is in the archive. */
export interface ArchivedRun {
  /** `2026-01-15`. */
  day: string;
  run: number;
  /** Where the archive was when it was written. */
  location: string;
  manifestSha256: string;
  /** All events of the day with ids up to this one are archived. */
  throughId: number;
  rows: number;
  bytes: number;
  archivedAt: string;
}

const RUNS = `
  select to_char(day, 'YYYY-MM-DD') as day, run, location, manifest_sha256 as "manifestSha256",
         through_id::float8 as "throughId", rows::float8 as rows, bytes::float8 as bytes, ${isoTime('archived_at')} as "archivedAt"
    from archived_runs`;
const OF_DAY = `${RUNS} where day = $1::date order by run`;

const ADD = `
  insert into archived_runs (day, run, location, manifest_sha256, after_id, through_id, rows, bytes, archived_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

/** The runs of a day, in their order. */
export function runsOf(database: Pick<DataSource, 'query'>, day: string): Promise<ArchivedRun[]> {
  return database.query<ArchivedRun[]>(OF_DAY, [day]);
}

/** Notes a run in the transaction of its entry in the audit trail. */
export async function addRun(manager: EntityManager, run: ArchivedRun & { afterId: number }): Promise<void> {
  const { day, location, manifestSha256, afterId, throughId, rows, bytes, archivedAt } = run;
  await manager.query(ADD, [
    day,
    run.run,
    location,
    manifestSha256,
    afterId,
    throughId,
    rows,
    bytes,
    archivedAt,
  ]);
}

/**
 * Days before one that have events which are not archived: those that never were, and those whose last run is a day old,
 * so that a trickle of late events does not make a run every hour.
 */
const UNARCHIVED = `
  select to_char(c.day, 'YYYY-MM-DD') as day
    from event_daily_counts c
    left join lateral (
      select through_id, archived_at from archived_runs r where r.day = c.day order by run desc limit 1
    ) last on true
   where c.count > 0 and c.day < $1::date
     and (last.through_id is null
          or (last.archived_at < now() - interval '1 day' and (c.max_id is null or c.max_id > last.through_id)))
   order by c.day`;

export async function unarchivedDays(database: DataSource, before: string): Promise<string[]> {
  const rows = await queryRows<{ day: string }>(database, UNARCHIVED, [before]);
  return rows.map(({ day }) => day);
}
