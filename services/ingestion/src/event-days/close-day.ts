import {
  asStorageOwner,
  boundsOf,
  COLD_INDEXES,
  createIndex,
  databaseError,
  type DataSource,
  type Day,
  type LeafIndex,
  leafOf,
  type QueryRunner,
} from '@mcm/persistence';

const STATE_OF_INDEX = 'select indisvalid as valid from pg_index where indexrelid = to_regclass($1)';

/** The lowest id stays the lowest: ids only grow. */
const MARK_CLOSED = `
  with counted as (
    select count(*) as rows, min(id) as min_id from events
     where "timestamp" >= $2::timestamptz and "timestamp" <= $3::timestamptz
  ), noted as (
    update event_daily_counts set min_id = counted.min_id from counted where day = $1::date
  )
  update event_days set state = 'closed', rows = counted.rows, closed_at = now() from counted where day = $1::date`;

/**
 * Gives the partition of a day that is over the indexes for searching, vacuums it once and notes that it is closed. Readers
 * and writers go on, also those of late events of the day. What a killed process left half built is built again.
 *
 * @throws AppError `unavailable` while the database cannot be reached
 */
export async function closeDay(
  dataSource: DataSource,
  day: Day,
  indexes: readonly LeafIndex[] = COLD_INDEXES,
): Promise<void> {
  const leaf = leafOf(day);
  const { from, to } = boundsOf(day);
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('set statement_timeout = 0');
    await asStorageOwner(runner, async () => {
      for (const index of indexes) await buildIndex(runner, leaf, index);
      await runner.query(`vacuum (analyze) ${leaf}`);
    });
    await runner.query(MARK_CLOSED, [day, from, to]);
    await runner.query('reset statement_timeout');
  } catch (error) {
    throw databaseError(error);
  } finally {
    await runner.release();
  }
}

async function buildIndex(runner: QueryRunner, leaf: string, index: LeafIndex): Promise<void> {
  const name = `${leaf}_${index.name}`;
  const [found] = (await runner.query(STATE_OF_INDEX, [name])) as { valid: boolean }[];
  if (found?.valid === true) return;
  if (found !== undefined) await runner.query(`drop index concurrently ${name}`);
  await runner.query(createIndex(leaf, index, true));
}
