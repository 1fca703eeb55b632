import { AppError } from '@mcm/kernel';
import {
  asStorageOwner,
  boundsOf,
  COLD_INDEXES,
  type DataSource,
  type Day,
  HOT_INDEXES,
  leafOf,
  type QueryRunner,
} from '@mcm/persistence';
import { attach, createIndexes, createTable, insertEvents } from './leaf-tables.js';
import { lockSoon, maintain } from './lock-soon.js';

/** Taking a partition away changes the table that it belongs to and the default, too. */
const ALL = 'events, events_default';

const STATE = 'select state from event_days where day = $1';

/** Nothing is written to the day meanwhile, so that its count is exact. */
const FORGET_COUNT = `
  with known as (select day, count from event_daily_counts where day = $1::date)
  update event_daily_counts c set count = 0 from known where c.day = known.day returning known.count`;
const LOWER_COUNT = 'update event_daily_counts set count = count - $2 where day = $1';

/**
 * Removes all events of a day: its partition as a whole, which takes milliseconds, or what the default partition holds of
 * it. What counts stored events goes with them; what counts those that were evaluated stays.
 *
 * @param archivedThrough the last id of the day that is in the archive; null where nothing has to be archived before
 * @returns how many events there were
 * @throws AppError `EVENTS.NOT_ARCHIVED` (`unavailable`) when events came after that, and `unavailable` when the partition
 *   was not free in time, or while the database cannot be reached
 */
export function dropDay(
  dataSource: DataSource,
  day: Day,
  archivedThrough: number | null = null,
): Promise<number> {
  return maintain(dataSource, async (runner) => {
    if ((await stateOf(runner, day)) === undefined)
      return deleteFromDefault(runner, day, [], archivedThrough);
    await asStorageOwner(runner, async () => {
      await lockSoon(runner, ALL);
      await requireArchived(runner, day, archivedThrough);
      await runner.query(`drop table ${leafOf(day)}`);
    });
    await runner.query('delete from event_days where day = $1', [day]);
    const [rows] = (await runner.query(FORGET_COUNT, [day])) as [{ count: string }[], number];
    return Number(rows[0]?.count ?? 0);
  });
}

/**
 * Removes the events of a day but for those of some sources: what stays is written to a new table, which takes the place of
 * the partition in milliseconds. Events that arrive meanwhile are kept or removed alike.
 *
 * @param archivedThrough as of {@link dropDay}
 * @returns how many events were removed
 * @throws AppError what {@link dropDay} throws
 */
export function keepOnly(
  dataSource: DataSource,
  day: Day,
  sources: readonly string[],
  archivedThrough: number | null = null,
): Promise<number> {
  if (sources.length === 0) return dropDay(dataSource, day, archivedThrough);
  return maintain(dataSource, async (runner) => {
    const state = await stateOf(runner, day);
    if (state === undefined) return deleteFromDefault(runner, day, sources, archivedThrough);
    const { kept, all } = await asStorageOwner(runner, () =>
      rewrite(runner, day, sources, state, archivedThrough),
    );
    await runner.query('update event_days set rows = $2 where day = $1 and rows is not null', [day, kept]);
    await runner.query(LOWER_COUNT, [day, all - kept]);
    return all - kept;
  });
}

/** @returns how many events the day had, and has */
async function rewrite(
  runner: QueryRunner,
  day: Day,
  sources: readonly string[],
  state: string,
  archivedThrough: number | null,
): Promise<{ kept: number; all: number }> {
  const leaf = leafOf(day);
  const table = `${leaf}_kept`;
  const stays = `${leaf} l where source = any($1::text[])`;
  await createTable(runner, table);
  let kept = await insertEvents(runner, table, stays, [sources]);
  const indexes = state === 'closed' ? [...HOT_INDEXES, ...COLD_INDEXES] : HOT_INDEXES;
  await createIndexes(runner, table, indexes);
  await lockSoon(runner, ALL);
  await requireArchived(runner, day, archivedThrough);
  // What came since the first look.
  const since = `${stays} and not exists (select from ${table} k where k.uid = l.uid)`;
  kept += await insertEvents(runner, table, since, [sources]);
  const [counted] = (await runner.query(`select count(*)::int as events from ${leaf}`)) as {
    events: number;
  }[];
  await runner.query(`drop table ${leaf}`);
  await runner.query(`alter table ${table} rename to ${leaf}`);
  for (const { name } of indexes)
    await runner.query(`alter index ${table}_${name} rename to ${leaf}_${name}`);
  await attach(runner, day);
  return { kept, all: counted!.events };
}

async function stateOf(runner: QueryRunner, day: Day): Promise<string | undefined> {
  const [known] = (await runner.query(STATE, [day])) as { state: string }[];
  return known?.state;
}

/** Called while nothing is written to the day: what has come since it was archived must be archived, too. */
async function requireArchived(runner: QueryRunner, day: Day, through: number | null): Promise<void> {
  if (through === null) return;
  const [found] = (await runner.query(`select exists (select from ${leafOf(day)} where id > $1) as left`, [
    through,
  ])) as { left: boolean }[];
  if (!found!.left) return;
  throw new AppError(
    'unavailable',
    'EVENTS.NOT_ARCHIVED',
    `Events of ${day} came after it was archived. They are archived first.`,
  );
}

/** @param kept sources whose events stay, beside those that are not archived */
async function deleteFromDefault(
  runner: QueryRunner,
  day: Day,
  kept: readonly string[],
  archivedThrough: number | null,
): Promise<number> {
  const { from, to } = boundsOf(day);
  const [, removed] = (await runner.query(
    `delete from events where "timestamp" >= $1::timestamptz and "timestamp" <= $2::timestamptz
        and source <> all($3::text[]) and ($4::bigint is null or id <= $4)`,
    [from, to, kept, archivedThrough],
  )) as [unknown, number];
  await runner.query(LOWER_COUNT, [day, removed]);
  return removed;
}
