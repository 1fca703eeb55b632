import { createMigratedDatabase, type MigratedDatabase } from '@mcm/persistence/testing';
import { RuleClock } from './rule-clock.js';

const DAY = 24 * 3_600_000;
let database: MigratedDatabase;
beforeAll(async () => {
  database = await createMigratedDatabase();
});
afterAll(() => database.drop());

const databaseNow = async () => {
  const [row] = await database.dataSource.query<{ now: Date }[]>('select clock_timestamp() as now');
  return row!.now.getTime();
};

it('never lets the clock of rules run ahead of the database, and takes one that did back', async () => {
  const ruleClock = new RuleClock(database.dataSource);
  await ruleClock.advance(Date.now() + 3 * DAY);
  expect(await ruleClock.evaluatedTo()).toBeLessThanOrEqual(await databaseNow());

  await database.dataSource.query("update rule_clock set evaluated_to = now() + interval '3 days'");
  expect(await ruleClock.evaluatedTo()).toBeLessThanOrEqual(await databaseNow());
  const now = (await databaseNow()) - 1_000;
  await ruleClock.advance(now);
  const [row] = await database.dataSource.query<{ evaluated_to: Date }[]>(
    'select evaluated_to from rule_clock',
  );
  expect(row!.evaluated_to.getTime()).toBe(now);
  await ruleClock.advance(now - DAY);
  expect(await ruleClock.evaluatedTo()).toBe(now);
});
