import { ADVISORY_LOCKS } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { type DataSource, databaseError, type QueryRunner } from '@mcm/persistence';

/** A day of five million events takes some minutes; a bucket that hangs must not hold the lock for ever. */
const LONGEST_MS = 3_600_000;

/**
 * Runs `work` in a transaction that no other process with the archive has at the same time. It may be idle for long, while
 * files are made, stored and read.
 *
 * @throws AppError `ARCHIVE.BUSY` (`unavailable`) while another process has it; what `work` throws
 */
export async function holdingArchive<T>(
  database: DataSource,
  work: (runner: QueryRunner) => Promise<T>,
): Promise<T> {
  const runner = database.createQueryRunner();
  try {
    await runner.startTransaction();
    await runner.query(`set local statement_timeout = ${LONGEST_MS}`);
    await runner.query(`set local idle_in_transaction_session_timeout = ${LONGEST_MS}`);
    const [lock] = (await runner.query('select pg_try_advisory_xact_lock($1) as free', [
      ADVISORY_LOCKS.archive,
    ])) as { free: boolean }[];
    if (!lock!.free) {
      throw new AppError('unavailable', 'ARCHIVE.BUSY', 'Another process works with the archive.');
    }
    const result = await work(runner);
    await runner.commitTransaction();
    return result;
  } catch (error) {
    // The connection is gone when the events were not read to their end; then there is nothing to undo.
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw databaseError(error);
  } finally {
    await runner.release();
  }
}
