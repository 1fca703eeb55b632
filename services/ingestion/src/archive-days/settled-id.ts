import { setTimeout as delay } from 'node:timers/promises';
import { type DataSource, databaseError } from '@mcm/persistence';

/** Writers wait behind the lock, so a try is short. */
const LOCK_TIMEOUT_MS = 100;
const MAX_TRIES = 100;
const LONGEST_PAUSE_MS = 300;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * An id up to which nothing is written any more: every event that comes later has a higher one. Ids are given out before
 * transactions end, so the highest id that can be seen does not say that. For this the writers of this moment are waited for,
 * by a lock that is held for no time.
 *
 * @throws AppError `unavailable` when events were written without a pause for too long, or the database cannot be reached
 */
export async function settledId(database: DataSource): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await database.transaction(async (manager) => {
        await manager.query(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
        await manager.query('lock table only events in share mode');
        const [row] = await manager.query<{ id: number | null }[]>(
          `select pg_sequence_last_value(pg_get_serial_sequence('events', 'id')::regclass)::float8 as id`,
        );
        return row!.id ?? 0;
      });
    } catch (error) {
      const { driverError } = error as { driverError?: { code?: string } };
      if (driverError?.code !== LOCK_NOT_AVAILABLE || tries === MAX_TRIES) throw databaseError(error);
    }
    await delay(Math.random() * LONGEST_PAUSE_MS);
  }
}
