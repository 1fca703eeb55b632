import { SEVERITIES } from '@mcm/contracts';
import { nameBasedId } from '@mcm/kernel';
import {
  aFinding,
  compareCounts,
  createMigratedDatabase,
  type MigratedDatabase,
} from '@mcm/persistence/testing';
import fc from 'fast-check';
import { anEpisode } from '../../test/finding-drafts.js';
import { FindingStore } from './finding-store.js';

const NAMESPACE = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
const severity = fc.constantFrom(...SEVERITIES);
const user = fc.constantFrom('alice', 'bob', 'carol');

// Few identities, users, groups and days, so that batches meet.
const eventFinding = fc
  .record({ n: fc.nat(60), severity, user })
  .map(({ n, ...overrides }) =>
    aFinding({ finding_key: nameBasedId(NAMESPACE, `event ${n}`), ...overrides }),
  );
const episode = fc
  .record({ from: fc.nat(60), length: fc.nat(8), group: fc.nat(2), severity, user })
  .map(({ from, length, group, ...overrides }) =>
    anEpisode(from, from + length, { group_key: `{"n":${group}}`, ...overrides }),
  );
/** For each concurrent process its batches, one after the other. */
const processes = <T>(item: fc.Arbitrary<T>) =>
  fc.array(fc.array(fc.array(item, { maxLength: 30 }), { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 5,
  });

describe('counts of findings', () => {
  let database: MigratedDatabase;
  beforeAll(async () => {
    database = await createMigratedDatabase();
  });
  afterAll(() => database.drop());
  const clear = () =>
    database.dataSource.query(
      'truncate findings, finding_enrichments, finding_daily_counts, finding_user_daily_counts, rule_hits',
    );
  const expectCountsToBeRight = async () => {
    const { kept, actual } = await compareCounts(database.dataSource);
    expect(kept).toEqual(actual);
  };

  it('equal the number of findings, whatever is raised, grows, joins and changes at the same time', async () => {
    await fc.assert(
      fc
        .asyncProperty(processes(fc.oneof(eventFinding, episode)), async (plan) => {
          const store = new FindingStore(database.dataSource);
          await Promise.all(
            plan.map(async (batches) => {
              for (const batch of batches) {
                const outcomes = await store.upsertBatch(batch);
                expect(outcomes).toHaveLength(batch.length);
              }
            }),
          );
          await expectCountsToBeRight();
          await expectEpisodesToBeApart(database);
        })
        .beforeEach(clear),
      { numRuns: 60 },
    );
  });
});

/** Stored episodes of a group never overlap, and each is an interval that some drafts together cover. */
async function expectEpisodesToBeApart(database: MigratedDatabase): Promise<void> {
  const overlaps = await database.dataSource.query(`
    select a.id, b.id as other
      from findings a join findings b on a.id < b.id and a.rule_id = b.rule_id and a.group_key = b.group_key
                                     and a.first_seen <= b.last_seen and b.first_seen <= a.last_seen`);
  expect(overlaps).toEqual([]);
}
