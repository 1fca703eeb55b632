import { asStorageOwner, boundsOf, type DataSource, type Day, HOT_INDEXES, leafOf } from '@mcm/persistence';
import { attach, createIndexes, createTable, insertEvents } from './leaf-tables.js';
import { lockSoon, maintain } from './lock-soon.js';

const IS_THERE = 'select to_regclass($1) is not null as there';

/** Of a day that comes from the default partition. */
const MOVED = `
  moved as (
    delete from events_default where "timestamp" >= $1::timestamptz and "timestamp" <= $2::timestamptz returning *
  )`;

/**
 * Gives a day a partition of its own, and moves what the default partition holds of it there, in one transaction.
 * What reads or writes the default partition waits meanwhile; the other partitions go on.
 *
 * @returns how many events were moved; null when the day has a partition already
 * @throws AppError `unavailable` when the default partition was not free in time, or while the database cannot be reached
 */
export function makeDay(dataSource: DataSource, day: Day): Promise<number | null> {
  const leaf = leafOf(day);
  const { from, to } = boundsOf(day);
  return maintain(dataSource, async (runner) => {
    const moved = await asStorageOwner(runner, async () => {
      await lockSoon(runner, 'events_default');
      const [found] = (await runner.query(IS_THERE, [leaf])) as { there: boolean }[];
      if (found!.there) return null;
      await createTable(runner, leaf);
      const events = await insertEvents(runner, leaf, 'moved', [from, to], MOVED);
      await createIndexes(runner, leaf, HOT_INDEXES);
      await attach(runner, day);
      return events;
    });
    if (moved !== null) await runner.query(`insert into event_days (day, state) values ($1, 'open')`, [day]);
    return moved;
  });
}
