import { eventually } from '@mcm/testing';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../data-source.js';
import { DatabaseLine } from './database-line.js';

/**
 * Makes the same calls while the database can be reached, twice while it cannot, and after each time again.
 *
 * @param calls of a store on the given pool; each must succeed whenever the database can be reached
 * @param onConnectionLost as for `createDataSource`
 * @returns the errors of the calls that were made while it could not be reached; undefined for one that succeeded
 */
export async function callThroughOutages(
  url: string,
  calls: (dataSource: DataSource) => readonly (() => Promise<unknown>)[],
  onConnectionLost: (error: Error) => void = () => undefined,
): Promise<unknown[]> {
  const line = await DatabaseLine.open(url);
  const dataSource = createDataSource({
    url: line.url,
    poolSize: 4,
    applicationName: 'outage-test',
    onConnectionLost,
  });
  await dataSource.initialize();
  const errors: unknown[] = [];
  try {
    const made = calls(dataSource);
    await Promise.all(made.map((call) => call()));
    for (let round = 0; round < 2; round += 1) {
      await line.cut();
      for (const call of made) {
        errors.push(
          await call().then(
            () => undefined,
            (error: unknown) => error,
          ),
        );
      }
      await line.open();
      for (const call of made) await call();
    }
  } finally {
    await dataSource.destroy();
    await line.cut();
  }
  return errors;
}

/** Waits until one session of the database waits for a lock, and ends it. */
export async function endWaitingSession(dataSource: DataSource): Promise<void> {
  const pid = await eventually(async () => {
    const [waiting] = await dataSource.query<{ pid: number }[]>(`
      select pid from pg_stat_activity
       where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`);
    return waiting?.pid;
  });
  await dataSource.query('select pg_terminate_backend($1)', [pid]);
}
