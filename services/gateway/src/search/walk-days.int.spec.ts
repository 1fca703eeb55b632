import { createMigratedDatabase, type MigratedDatabase } from '@mcm/persistence/testing';
import { withTimeLimits } from './time-limited-queries.js';
import { type Stretch, type Walk, walkDays } from './walk-days.js';

const HOUR = 3_600_000;
let database: MigratedDatabase;
beforeAll(async () => {
  database = await createMigratedDatabase(2);
  // Ten days in a row, a day long before, and more days in between than are looked up together.
  await database.dataSource.query(`
    insert into event_daily_counts (day, count) select day, 10 from generate_series(date '2026-03-01', '2026-03-10', '1 day') day;
    insert into event_daily_counts (day, count) select day, 1 from generate_series(date '1990-01-01', '1990-06-30', '1 day') day;
    insert into event_daily_counts (day, count) values ('0001-01-01', 1), ('2026-02-28', 0);
    insert into event_days (day, state)
    select day, case when day < '2026-03-07' then 'closed' else 'open' end
      from generate_series(date '2026-03-01', '2026-03-10', '1 day') day`);
});
afterAll(() => database.drop());

const length = ({ from, before }: Stretch) =>
  Date.parse(before) - Date.parse(from === '-infinity' ? '0001-01-01' : from);

/** The stretches that were read, and how far the walk came. */
async function walked(walk: Partial<Walk>): Promise<{ stretches: Stretch[]; reached: string | null }> {
  const stretches: Stretch[] = [];
  const reached = await withTimeLimits(database.dataSource, (queries) =>
    walkDays(queries, {
      budgetMs: 60_000,
      ...walk,
      read: async (stretch, limitMs) => {
        const goOn = (await walk.read?.(stretch, limitMs)) ?? (walk.read ? null : true);
        if (goOn !== null) stretches.push(stretch);
        return goOn;
      },
    }),
  );
  return { stretches, reached };
}

it('reads everything once, newest first, in stretches that few partitions lie in', async () => {
  const { stretches, reached } = await walked({});
  expect(reached).toBeNull();
  expect(stretches[0]).toMatchObject({
    from: '2026-03-10T00:00:00.000Z',
    before: '2026-03-11T00:00:00.000Z',
  });
  expect(stretches.at(-1)).toMatchObject({ from: '-infinity', before: '0001-01-02T00:00:00.000Z' });
  for (const [i, stretch] of stretches.entries()) {
    expect(length(stretch)).toBeLessThanOrEqual(8 * 24 * HOUR);
    if (i > 0) expect(stretch.before <= stretches[i - 1]!.from).toBe(true);
  }
  for (const day of ['2026-03-10', '2026-03-01', '1990-06-30', '1990-03-01', '1990-01-01']) {
    const at = `${day}T12:00:00.000Z`;
    expect(stretches.filter(({ from, before }) => from <= at && at < before)).toHaveLength(1);
  }
  // Not the decades between.
  expect(stretches.length).toBeLessThan(60);
});

it('reads days that are closed and others in stretches of their own', async () => {
  const { stretches } = await walked({ from: '2026-02-01T00:00:00.000Z' });
  for (const { from, before, closed } of stretches) {
    expect(closed).toBe(before <= '2026-03-07T00:00:00.000Z');
    if (!closed) expect(from >= '2026-03-07').toBe(true);
  }
  expect(stretches.filter(({ closed }) => closed).at(-1)!.from < '2026-03-02').toBe(true);
});

it('stays within the range', async () => {
  const range = { from: '2026-03-02T06:00:00.000Z', to: '2026-03-04T05:59:59.999Z' };
  const { stretches } = await walked(range);
  expect(stretches[0]!.before).toBe('2026-03-04T06:00:00.000Z');
  expect(stretches.at(-1)!.from).toBe(range.from);
});

it('stops when there is enough', async () => {
  expect((await walked({ read: async () => false })).stretches).toHaveLength(1);
});

it('reads shorter stretches where a day takes too long, and comes through', async () => {
  const range = { from: '2026-03-09T00:00:00.000Z', to: '2026-03-10T23:59:59.999Z' };
  const { stretches, reached } = await walked({
    ...range,
    read: async (stretch) => (length(stretch) > 10 * 60_000 ? null : true),
  });
  expect(reached).toBeNull();
  expect(stretches.reduce((sum, stretch) => sum + length(stretch), 0)).toBe(48 * HOUR);
});

it('gives up at a minute that takes too long, and says where', async () => {
  const { reached } = await walked({
    to: '2026-03-10T23:59:59.999Z',
    read: async ({ from }) => (from < '2026-03-10T12:00' ? null : true),
  });
  expect(reached).toBe('2026-03-10T12:00:00.000Z');
});

it('says how far it came when the time is up', async () => {
  const { reached } = await walked({
    budgetMs: 400,
    read: () => new Promise((resolve) => setTimeout(() => resolve(true), 250)),
  });
  expect(reached).toMatch(/^2026-03-(10|09|08)T00:00:00\.000Z$/);
});

it('passes over whole days that need not be read', async () => {
  let skip = 25;
  const { stretches } = await walked({
    from: '2026-03-05T00:00:00.000Z',
    pass: (events) => events <= skip && ((skip -= events), true),
  });
  expect(stretches[0]!.before).toBe('2026-03-09T00:00:00.000Z');
  expect(skip).toBe(5);
});
