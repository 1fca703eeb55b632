import { anEnvelope } from '@mcm/testing';
import { compareCounts } from '../test/counters.js';
import { aFinding, anEpisode } from '../test/finding-drafts.js';
import { createMigratedDatabase, type MigratedDatabase } from '../test/migrated-database.js';
import { CanonicalActors } from './migrations/0008-canonical-actors.js';
import { EventReader } from './readers/event-reader.js';
import { FindingReader } from './readers/finding-reader.js';
import { EventStore } from './stores/event-store.js';
import { FindingStore } from './stores/finding-store.js';

const VARIANTS = ['alice', 'Alice', 'ali\u200bce', 'ａｌｉｃｅ'];
const PAGE = { limit: 10, offset: 0 };

let database: MigratedDatabase;
let events: EventReader;
let findings: FindingReader;
beforeEach(async () => {
  database = await createMigratedDatabase();
  events = new EventReader(database.dataSource);
  findings = new FindingReader(database.dataSource);
});
afterEach(() => database.drop());

async function expectFound(): Promise<void> {
  for (const user of [...VARIANTS, ' ALICE ']) {
    const listed = await events.list({ user }, PAGE);
    expect(listed.map((event) => event.user).sort()).toEqual([...VARIANTS].sort());
    expect(new Set(listed.map((event) => event.canonical_user))).toEqual(new Set(['alice']));
    const page = await findings.page({ user }, PAGE);
    expect(page.total).toBe(VARIANTS.length);
    expect(page.items.map((finding) => finding.user).sort()).toEqual([...VARIANTS].sort());
  }
  expect(await events.list({ user: 'bob' }, PAGE)).toHaveLength(1);
  const { kept, actual } = await compareCounts(database.dataSource);
  expect(kept).toEqual(actual);
}

it('finds events and findings of an actor however the name is written', async () => {
  await new EventStore(database.dataSource).recordBatch(
    [...VARIANTS, 'bob'].map((user) => anEnvelope({ user })),
  );
  await new FindingStore(database.dataSource).upsertBatch(
    VARIANTS.map((user) => aFinding({ user, canonical_user: user === 'alice' ? null : 'alice' })),
  );
  await expectFound();
});

it('finds what was stored before names were compared in this way, and goes on with its episodes', async () => {
  await new EventStore(database.dataSource).recordBatch(
    [...VARIANTS, 'bob'].map((user) => anEnvelope({ user })),
  );
  const store = new FindingStore(database.dataSource);
  await store.upsertBatch([
    ...VARIANTS.slice(1).map((user) => aFinding({ user, canonical_user: null })),
    anEpisode(0, 2, { group_key: '{"user":"Alice"}' }),
  ]);
  await database.dataSource.query(`
    drop index events_actor_timestamp_idx; drop index findings_actor_created_at_idx;
    alter table events drop column canonical_user; alter table findings drop column canonical_user;
    create index events_user_timestamp_idx on events ("user"); create index findings_user_created_at_idx on findings ("user")`);
  const runner = database.dataSource.createQueryRunner();
  await new CanonicalActors().up(runner);
  await runner.release();
  await expectFound();
  const [grown] = await store.upsertBatch([anEpisode(0, 4, { group_key: '{"user":"alice"}' })]);
  expect(grown).toMatchObject({ created: false, changed: true });
});
