import {
  boundsOf,
  columnList,
  createIndex,
  type Day,
  dayAfter,
  EVENT,
  type LeafIndex,
  leafOf,
  type QueryRunner,
} from '@mcm/persistence';

const COLUMNS = columnList(EVENT);

/** A new table with the columns of events. */
export async function createTable(runner: QueryRunner, name: string): Promise<void> {
  await runner.query(
    `create table ${name} (like events including defaults) with (autovacuum_vacuum_insert_scale_factor = 0.05)`,
  );
}

/**
 * Adds events to a table in the order of their ids; gives how many.
 *
 * @param from as a select takes it, with its parameters
 * @param first a query that `from` refers to: `name as (…)`
 */
export async function insertEvents(
  runner: QueryRunner,
  table: string,
  from: string,
  parameters: unknown[],
  first = '',
): Promise<number> {
  const [row] = (await runner.query(
    `with ${first === '' ? '' : `${first}, `}stored as (insert into ${table} (${COLUMNS}) select ${COLUMNS} from ${from} order by id returning 1)
     select count(*)::int as events from stored`,
    parameters,
  )) as { events: number }[];
  return row!.events;
}

/** The indexes of a table, by the names that they have in it. */
export async function createIndexes(
  runner: QueryRunner,
  table: string,
  indexes: readonly LeafIndex[],
): Promise<void> {
  for (const index of indexes) await runner.query(createIndex(table, index));
}

/** Makes the table of a day a partition. */
export async function attach(runner: QueryRunner, day: Day): Promise<void> {
  const [from, to] = [boundsOf(day).from, boundsOf(dayAfter(day)).from];
  await runner.query(
    `alter table events attach partition ${leafOf(day)} for values from ('${from}') to ('${to}')`,
  );
}
