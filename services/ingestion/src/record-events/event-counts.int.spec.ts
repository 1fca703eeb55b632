import {
  compareCounts,
  countRows,
  createMigratedDatabase,
  type MigratedDatabase,
} from '@mcm/persistence/testing';
import { anEnvelope } from '@mcm/testing';
import fc from 'fast-check';
import { EventStore } from './event-store.js';

// Few identities and days, so that batches meet.
const event = fc.record({ n: fc.nat(60), request: fc.nat(2) }).map(({ n, request }) => ({
  ...anEnvelope({
    event_id: `event-${n}`,
    timestamp: new Date(Date.UTC(2026, 0, 1 + (n % 5), n % 24)).toISOString(),
    event_type: `type-${n % 3}`,
  }),
  correlation_id: `request-${request}`,
}));
/** For each concurrent process its batches, one after the other. */
const processes = fc.array(fc.array(fc.array(event, { maxLength: 30 }), { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 5,
});

describe('counts of events', () => {
  let database: MigratedDatabase;
  beforeAll(async () => {
    database = await createMigratedDatabase();
  });
  afterAll(() => database.drop());

  /** How many there are of each source and type. */
  const typesOf = (table: string, count: string) =>
    database.dataSource.query(
      `select source, event_type, ${count}::int as count from ${table} group by 1, 2 order by 1, 2`,
    );

  it('of types stop being separate where a producer makes up new ones', async () => {
    const store = new EventStore(database.dataSource);
    const made = (from: number) =>
      Array.from({ length: 1_500 }, (_, n) => anEnvelope({ event_type: `type-${from + n}` }));
    await store.recordBatch([anEnvelope({ event_type: 'known' }), ...made(0)]);
    await store.recordBatch(made(1_500));
    await store.recordBatch([...made(3_000), anEnvelope({ event_type: 'known' })]);
    expect(await countRows(database.dataSource, 'event_type_daily_counts')).toBe(3_002);
    expect(
      await database.dataSource.query(
        `select event_type, count::int from event_type_daily_counts where count > 1 order by 1`,
      ),
    ).toEqual([
      { event_type: '', count: 1_500 },
      { event_type: 'known', count: 2 },
    ]);
    await database.dataSource.query('truncate events, event_daily_counts, event_type_daily_counts');
  });

  it('equal the number of events, whatever is recorded at the same time', async () => {
    await fc.assert(
      fc
        .asyncProperty(processes, async (plan) => {
          const store = new EventStore(database.dataSource);
          const outcomes = await Promise.all(
            plan.map(async (batches) => {
              const results = [];
              for (const batch of batches) results.push(await store.recordBatch(batch));
              return results;
            }),
          );
          const stored = outcomes.flat().flatMap((result) => result.stored.map(({ uid }) => uid));
          const sent = new Set(plan.flat(2).map(({ uid }) => uid));
          expect([...stored].sort()).toEqual([...sent].sort());
          expect(await countRows(database.dataSource, 'events')).toBe(sent.size);
          const { kept, actual } = await compareCounts(database.dataSource);
          expect(kept).toEqual(actual);
          expect(await typesOf('event_type_daily_counts', 'sum(count)')).toEqual(
            await typesOf('events', 'count(*)'),
          );
        })
        .beforeEach(() =>
          database.dataSource.query(
            'truncate events, event_daily_counts, event_type_daily_counts, untimed_events',
          ),
        ),
      { numRuns: 40 },
    );
  });
});
