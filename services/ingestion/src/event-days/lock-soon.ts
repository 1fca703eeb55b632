import { setTimeout as delay } from 'node:timers/promises';
import { databaseError, type DataSource, inTransaction, type QueryRunner } from '@mcm/persistence';

/** Everything that comes after a waiting lock waits behind it, so that one try waits for this long at most. */
const LOCK_TIMEOUT_MS = 100;
const MAX_TRIES = 100;
const LONGEST_PAUSE_MS = 300;
const LOCK_NOT_AVAILABLE = '55P03';

/** Runs a transaction of maintenance: its statements may take their time, and none of them waits long for a lock. */
export function maintain<T>(dataSource: DataSource, work: (runner: QueryRunner) => Promise<T>): Promise<T> {
  return inTransaction(dataSource, async ({ queryRunner }) => {
    const runner = queryRunner!;
    await runner.query('set local statement_timeout = 0');
    await runner.query(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
    return work(runner);
  });
}

/**
 * Locks tables for this transaction, by trying again and again without ever waiting for long, so that those who read and
 * write meanwhile are not held up by a lock that waits.
 *
 * @param tables separated by commas, in the order in which they are locked
 * @throws AppError `PERSISTENCE.CONFLICT` (`unavailable`) when they were not free in time
 */
export async function lockSoon(
  runner: QueryRunner,
  tables: string,
  mode: 'access exclusive' | 'share' = 'access exclusive',
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    await runner.query('savepoint before_lock');
    try {
      await runner.query(`lock table ${tables} in ${mode} mode`);
      return;
    } catch (error) {
      const { driverError } = error as { driverError?: { code?: string } };
      if (driverError?.code !== LOCK_NOT_AVAILABLE || tries === MAX_TRIES) throw databaseError(error);
    }
    await runner.query('rollback to savepoint before_lock');
    await delay(Math.random() * LONGEST_PAUSE_MS);
  }
}
