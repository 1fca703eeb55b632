import { type DataSource, databaseError, type QueryRunner } from '@mcm/persistence';

/** SQLSTATE of a statement that was cancelled, as by its timeout. */
const CANCELLED = /SQLSTATE 57014\b/;

/** A connection whose statements have a time limit. */
export interface TimeLimitedQueries {
  /**
   * Runs a statement.
   *
   * @returns the rows; null when the time was not enough
   * @throws AppError `unavailable` while the database cannot be reached
   */
  rows<T>(limitMs: number, sql: string, parameters: unknown[]): Promise<T[] | null>;
}

/**
 * Gives the work a connection of its own. Each statement commits by itself, so that the locks on the partitions that
 * it has read are given back with its end.
 */
export async function withTimeLimits<T>(
  database: DataSource,
  work: (queries: TimeLimitedQueries) => Promise<T>,
): Promise<T> {
  const runner = database.createQueryRunner();
  try {
    return await work({ rows: (limitMs, sql, parameters) => rows(runner, limitMs, sql, parameters) });
  } catch (error) {
    throw databaseError(error);
  } finally {
    // Fails only on a connection that is lost, which the pool does not take back.
    await runner.query('reset statement_timeout').catch(() => undefined);
    await runner.release();
  }
}

async function rows<T>(
  runner: QueryRunner,
  limitMs: number,
  sql: string,
  parameters: unknown[],
): Promise<T[] | null> {
  await runner.query(`select set_config('statement_timeout', $1, false)`, [
    String(Math.max(1, Math.ceil(limitMs))),
  ]);
  try {
    return (await runner.query(sql, parameters)) as T[];
  } catch (error) {
    const known = databaseError(error);
    if (known instanceof Error && CANCELLED.test(known.message)) return null;
    throw known;
  }
}
