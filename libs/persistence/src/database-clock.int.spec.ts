import { DatabaseClock } from './database-clock.js';
import { createMigratedDatabase, type MigratedDatabase } from './testing/index.js';

const DAY = 24 * 3_600_000;
const log = { warn: () => undefined, error: () => undefined };
let database: MigratedDatabase;
let clock: DatabaseClock;
beforeAll(async () => {
  database = await createMigratedDatabase(2);
  clock = await DatabaseClock.start(database.dataSource, log);
});
afterAll(async () => {
  clock.stop();
  await database.drop();
});

const databaseNow = async () => {
  const [row] = await database.dataSource.query<{ now: Date }[]>('select clock_timestamp() as now');
  return row!.now.getTime();
};

it('tells the time of the database, whatever the clock of this machine says', async () => {
  const wallClock = Date.now;
  for (const days of [0, 3, -1]) {
    Date.now = () => wallClock() + days * DAY;
    try {
      const before = await databaseNow();
      await clock.measure();
      const told = clock.now();
      const after = await databaseNow();
      // The answer to a look may have been under way for a while on a busy machine.
      expect(told).toBeGreaterThan(before - 5_000);
      expect(told).toBeLessThan(after + 5_000);
      expect(clock.skewMs / DAY).toBeCloseTo(days, 1);
    } finally {
      Date.now = wallClock;
    }
  }
});
