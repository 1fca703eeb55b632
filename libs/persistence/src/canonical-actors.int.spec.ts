import { anEnvelope } from '@mcm/testing';
import { CanonicalActors } from './migrations/0008-canonical-actors.js';
import {
  aFinding,
  compareCounts,
  createMigratedDatabase,
  type MigratedDatabase,
  storeEvents,
  storeFindings,
} from './testing/index.js';

const VARIANTS = ['alice', 'Alice', 'ali\u200bce', 'ａｌｉｃｅ'];

let database: MigratedDatabase;
beforeEach(async () => {
  database = await createMigratedDatabase();
});
afterEach(() => database.drop());

it('gives canonical names to what was stored before there were any, and to the groups of its episodes', async () => {
  const { dataSource } = database;
  await storeEvents(
    dataSource,
    [...VARIANTS, 'bob'].map((user) => anEnvelope({ user })),
  );
  await storeFindings(dataSource, [
    ...VARIANTS.map((user) => aFinding({ user })),
    aFinding({ kind: 'correlation', user: 'bob', group_key: '{"user":"Alice","ip":"Host A"}' }),
  ]);
  await dataSource.query(`
    drop index events_default_actor_idx; drop index findings_actor_created_at_idx;
    alter table events drop column canonical_user; alter table findings drop column canonical_user;
    create index events_user_timestamp_idx on events ("user"); create index findings_user_created_at_idx on findings ("user")`);
  const runner = dataSource.createQueryRunner();
  await new CanonicalActors().up(runner);
  await runner.release();

  for (const table of ['events', 'findings']) {
    const names = await dataSource.query(`select "user", canonical_user from ${table} order by id`);
    expect(names).toEqual([
      ...VARIANTS.map((user) => ({ user, canonical_user: user === 'alice' ? null : 'alice' })),
      { user: 'bob', canonical_user: null },
    ]);
  }
  expect(await dataSource.query('select group_key from findings where group_key is not null')).toEqual([
    { group_key: '{"user":"alice","ip":"Host A"}' },
  ]);
  const { kept, actual } = await compareCounts(dataSource);
  expect(kept).toEqual(actual);
});
