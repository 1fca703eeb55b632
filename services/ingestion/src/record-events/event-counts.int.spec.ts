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
        })
        .beforeEach(() => database.dataSource.query('truncate events, event_daily_counts, untimed_events')),
      { numRuns: 40 },
    );
  });
});
