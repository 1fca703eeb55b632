import type { DataSource } from '@mcm/persistence';
import { lockSoon, maintain } from '../event-days/lock-soon.js';

const LAST_ID = `select pg_sequence_last_value(pg_get_serial_sequence('events', 'id')::regclass)::float8 as id`;

/**
 * An id up to which nothing is written any more: every event that comes later has a higher one. Ids are given out before
 * transactions end, so the highest id that can be seen does not say that. For this the writers of this moment are waited for,
 * by a lock that is held for no time.
 *
 * @throws AppError `unavailable` when events were written without a pause for too long, or the database cannot be reached
 */
export function settledId(database: DataSource): Promise<number> {
  return maintain(database, async (runner) => {
    await lockSoon(runner, 'only events', 'share');
    const [row] = (await runner.query(LAST_ID)) as { id: number | null }[];
    return row!.id ?? 0;
  });
}
