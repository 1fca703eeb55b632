import { conflictUid, type EventEnvelope } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { EVENT } from '@mcm/persistence';
import {
  callThroughOutages,
  compareCounts,
  countRows,
  createMigratedDatabase,
  endWaitingSession,
  type MigratedDatabase,
  storedRows,
} from '@mcm/persistence/testing';
import { anEnvelope, envelopesInARow, eventually } from '@mcm/testing';
import { EventStore } from './event-store.js';

describe('EventStore', () => {
  let database: MigratedDatabase;
  let store: EventStore;
  const rows = () => storedRows(database.dataSource, 'events', EVENT);

  beforeAll(async () => {
    database = await createMigratedDatabase();
    store = new EventStore(database.dataSource);
  });
  afterAll(() => database.drop());
  beforeEach(() => database.dataSource.query('truncate events, event_daily_counts, untimed_events'));
  afterEach(async () => {
    const { kept, actual } = await compareCounts(database.dataSource);
    expect(kept).toEqual(actual);
  });

  it('stores events as they are', async () => {
    const envelope = anEnvelope({
      content_hash: 'hash',
      user: 'Zoë 🙂 O\'Brien "x" \\ \t\n\u0001',
      raw_data: {
        nested: { list: [1, 1.5, null, true, 'ü🙂'] },
        '': 'empty key',
        big: 9_007_199_254_740_991,
      },
    });

    await expect(store.recordBatch([envelope])).resolves.toEqual({
      stored: [envelope],
      repeated: [],
      duplicates: 0,
      conflicts: 0,
    });

    const [row] = await rows();
    expect(row).toEqual({
      id: expect.any(Number),
      ...envelope,
      content_hash: 'hash',
      canonical_user: 'zoë 🙂 o\'brien "x" \\',
      conflicts_with: null,
    });
  });

  it('stores an empty batch', async () => {
    await expect(store.recordBatch([])).resolves.toEqual({
      stored: [],
      repeated: [],
      duplicates: 0,
      conflicts: 0,
    });
  });

  it('gives ids in the order of the batch', async () => {
    const batch = envelopesInARow(50, 1000);
    await store.recordBatch(batch);
    const stored = await rows();
    expect(stored.map(({ uid }) => uid)).toEqual(batch.map(({ uid }) => uid));
  });

  it('stores an event once when it is twice in a batch', async () => {
    const [first, second] = [anEnvelope(), anEnvelope()];
    const again = { ...first, correlation_id: 'another request' };

    await expect(store.recordBatch([first, second, again, first])).resolves.toEqual({
      stored: [first, second],
      repeated: [],
      duplicates: 2,
      conflicts: 0,
    });
    expect(await countRows(database.dataSource, 'events')).toBe(2);
  });

  it('tells a second try from an event that another acceptance had stored', async () => {
    const batch = envelopesInARow(3, 1000);
    await store.recordBatch(batch);
    const elsewhere = { ...batch[2]!, correlation_id: 'another request' };
    const later = { ...batch[1]!, received_at: '2026-01-15T13:00:00.000Z' };
    const fresh = anEnvelope();

    await expect(store.recordBatch([batch[0]!, later, elsewhere, fresh])).resolves.toEqual({
      stored: [fresh],
      repeated: [batch[0]],
      duplicates: 2,
      conflicts: 0,
    });
    // A copy of another acceptance in front does not hide the repeated one behind it.
    await expect(store.recordBatch([elsewhere, batch[2]!, batch[2]!])).resolves.toEqual({
      stored: [],
      repeated: [batch[2]],
      duplicates: 2,
      conflicts: 0,
    });
  });

  describe('an event with the identity of another and other content', () => {
    const saying = (content_hash: string, correlation_id = 'first request') =>
      anEnvelope({ event_id: 'x', content_hash, correlation_id, raw_data: { says: content_hash } });
    const asConflict = (envelope: EventEnvelope) => ({
      ...envelope,
      uid: conflictUid(envelope.source, envelope.event_id, envelope.content_hash!),
      conflicts_with: envelope.uid,
    });

    it('becomes a row of its own, in a later batch and in the same', async () => {
      const [first, second, third] = [saying('a'), saying('b'), saying('c')];
      await store.recordBatch([first]);
      await expect(store.recordBatch([second, third, second, saying('a', 'again')])).resolves.toEqual({
        stored: [asConflict(second), asConflict(third)],
        repeated: [],
        duplicates: 2,
        conflicts: 2,
      });
      const stored = await rows();
      expect(
        stored.map(({ uid, conflicts_with, raw_data }) => [uid, conflicts_with, raw_data['says']]),
      ).toEqual([
        [first.uid, null, 'a'],
        [asConflict(second).uid, first.uid, 'b'],
        [asConflict(third).uid, first.uid, 'c'],
      ]);
    });

    it('is stored once, and a second try of the same message is told from other repeats', async () => {
      const [first, second] = [saying('a'), saying('b')];
      await store.recordBatch([first, second]);
      await expect(store.recordBatch([second, saying('b', 'another request'), first])).resolves.toEqual({
        stored: [],
        repeated: expect.arrayContaining([asConflict(second), first]),
        duplicates: 1,
        conflicts: 0,
      });
    });

    it.each([
      ['the stored one', undefined, 'a'],
      ['the new one', 'a', undefined],
    ])('is none while no hash is known of %s', async (_, stored, sent) => {
      const known = (hash: string | undefined) =>
        anEnvelope({ event_id: 'x', ...(hash !== undefined && { content_hash: hash }) });
      await store.recordBatch([known(stored)]);
      await expect(store.recordBatch([known(sent)])).resolves.toMatchObject({ stored: [], duplicates: 1 });
    });

    it('is stored once when several processes record all of them, in any order', async () => {
      const sent = ['a', 'b', 'c'].flatMap((hash) =>
        Array.from({ length: 20 }, (_, n) => anEnvelope({ event_id: `x-${n}`, content_hash: hash })),
      );
      const results = await Promise.all(
        [0, 20, 40].map((turn) => store.recordBatch([...sent.slice(turn), ...sent.slice(0, turn)])),
      );
      expect(results.flatMap(({ stored }) => stored)).toHaveLength(60);
      expect(results.reduce((sum, { conflicts }) => sum + conflicts, 0)).toBe(40);
      const [row] = await database.dataSource.query<{ identities: number; firsts: number }[]>(
        `select count(distinct (event_id, content_hash))::int as identities,
                count(*) filter (where conflicts_with is null)::int as firsts from events`,
      );
      expect(row).toEqual({ identities: 60, firsts: 20 });
    });
  });

  it('knows an event without a time of its own again after midnight, also as a conflict', async () => {
    const arrived = (received_at: string, content_hash: string) =>
      anEnvelope({ event_id: 'untimed', content_hash, timestamp: received_at, received_at });
    const [first, second] = ['2026-01-15T23:59:59.999Z', '2026-01-16T00:00:00.000Z'];
    await store.recordBatch([arrived(first!, 'a')]);
    await expect(store.recordBatch([arrived(second!, 'a')])).resolves.toMatchObject({
      stored: [],
      duplicates: 1,
    });
    await expect(store.recordBatch([arrived(second!, 'b')])).resolves.toMatchObject({ conflicts: 1 });
    await expect(store.recordBatch([arrived('2026-01-17T08:00:00.000Z', 'b')])).resolves.toMatchObject({
      stored: [],
      duplicates: 1,
    });
    const both = await Promise.all(
      ['2026-02-01T23:59:59.000Z', '2026-02-02T00:00:01.000Z'].map((received_at) =>
        store.recordBatch([
          anEnvelope({ event_id: 'both', content_hash: 'a', timestamp: received_at, received_at }),
        ]),
      ),
    );
    expect(both.flatMap(({ stored }) => stored)).toHaveLength(1);
  });

  it('takes the same id with a time of another day for another event', async () => {
    const on = (timestamp: string) => anEnvelope({ event_id: '1', content_hash: timestamp, timestamp });
    const batch = ['2026-01-15T08:00:00.000Z', '2026-01-16T08:00:00.000Z'].map(on);
    await expect(store.recordBatch(batch)).resolves.toMatchObject({ stored: batch, conflicts: 0 });
    await expect(store.recordBatch(batch)).resolves.toMatchObject({ stored: [], repeated: batch });
  });

  it('counts by UTC day, also at its edges and in years far away', async () => {
    await store.recordBatch(
      [
        '0001-01-01T00:00:00.000Z',
        '2026-01-14T23:59:59.999Z',
        '2026-01-15T00:00:00.000Z',
        '2026-01-15T23:59:59.999Z',
        '9999-12-31T23:59:59.999Z',
      ].map((timestamp) => anEnvelope({ timestamp })),
    );
    const days = await database.dataSource.query<{ day: string; count: string }[]>(
      `select to_char(day, 'YYYY-MM-DD') as day, count from event_daily_counts order by event_daily_counts.day`,
    );
    expect(days).toEqual([
      { day: '0001-01-01', count: '1' },
      { day: '2026-01-14', count: '1' },
      { day: '2026-01-15', count: '2' },
      { day: '9999-12-31', count: '1' },
    ]);
  });

  it('stores events of a megabyte by the dozen', async () => {
    const batch = Array.from({ length: 24 }, (_, i) =>
      anEnvelope({ raw_data: { text: String(i).padEnd(1_000_000, 'x') } }),
    );
    const { stored } = await store.recordBatch([...batch, batch[0]!]);
    expect(stored).toHaveLength(24);
    expect(await countRows(database.dataSource, 'events')).toBe(24);
  });

  it.each([
    ['U+0000', { raw_data: { text: 'a\u0000b' } }],
    ['a lone surrogate', { raw_data: { text: 'a\uD800b' } }],
    ['a user longer than an index entry', { user: randomText(20_000) }],
    ['nesting deeper than this process follows', { raw_data: nested(100_000) }],
    ['a time that does not exist', { timestamp: '2026-02-30T00:00:00.000Z' }],
  ])('refuses %s for good and stores nothing of that batch', async (_, overrides) => {
    const failure = await store
      .recordBatch([anEnvelope(), anEnvelope(overrides)])
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AppError);
    expect(failure).toMatchObject({ kind: 'invalid', code: 'PERSISTENCE.UNSTORABLE' });
    expect(await countRows(database.dataSource, 'events')).toBe(0);
  });

  it('stores each event once when overlapping batches run at the same time in different orders', async () => {
    const batch = envelopesInARow(400, 3_600_000);
    const orders = Array.from({ length: 8 }, (_, i) =>
      i % 2 === 0 ? batch.slice(i * 20) : [...batch].reverse().slice(i * 20),
    );
    const results = await Promise.all(orders.map((order) => store.recordBatch(order)));
    const stored = results.flatMap((result) => result.stored.map(({ uid }) => uid));
    expect(stored).toHaveLength(400);
    expect(new Set(stored).size).toBe(400);
    for (const [i, { stored, repeated, duplicates }] of results.entries()) {
      expect(stored.length + repeated.length + duplicates).toBe(orders[i]!.length);
    }
    expect(await countRows(database.dataSource, 'events')).toBe(400);
  });

  it('runs again when the server ends it to resolve a deadlock', async () => {
    const [low, high] = [anEnvelope(), anEnvelope()].sort((a, b) => (a.uid < b.uid ? -1 : 1));
    const other = database.dataSource.createQueryRunner();
    const insert = ({ uid, timestamp }: EventEnvelope) =>
      other.query(
        `insert into events (uid, source, event_id, event_type, "user", "timestamp", received_at, correlation_id, raw_data)
         values ($1, 's', 'e', 't', 'u', $2, $2, 'c', '{}')`,
        [uid, timestamp],
      );
    // The other session never looks for deadlocks, so the store is the one that is ended.
    await other.query(`set deadlock_timeout = '1min'`);
    await other.startTransaction();
    await insert(high!);
    const recorded = store.recordBatch([low!, high!]);
    await eventually(async () => {
      const [row] = await database.dataSource.query<{ blocked: boolean }[]>(
        `select exists (select from pg_stat_activity where datname = current_database()
                           and cardinality(pg_blocking_pids(pid)) > 0) as blocked`,
      );
      return row!.blocked;
    });
    await insert(low!);
    await other.query(
      `insert into event_daily_counts (day, count) values (($1::timestamptz at time zone 'UTC')::date, 2)`,
      [low!.timestamp],
    );
    await other.commitTransaction();
    await other.query('reset deadlock_timeout');
    await other.release();

    await expect(recorded).resolves.toEqual({ stored: [], repeated: [], duplicates: 2, conflicts: 0 });
  });

  it('is unavailable while the database is away, and then works again', async () => {
    const errors = await callThroughOutages(database.url, (dataSource) => [
      () => new EventStore(dataSource).recordBatch([anEnvelope()]),
    ]);
    const unavailable = expect.objectContaining({ kind: 'unavailable', code: 'PERSISTENCE.UNAVAILABLE' });
    expect(errors).toEqual([unavailable, unavailable]);
  });

  it('leaves rows and counts as they were when its session is ended in the middle of a transaction', async () => {
    const day = { timestamp: '2026-03-01T00:00:00.000Z' };
    const events = envelopesInARow(100, 60_000, day);
    await store.recordBatch([anEnvelope(day)]);
    // It is stopped at the counts, with its rows already written.
    const blocker = database.dataSource.createQueryRunner();
    await blocker.startTransaction();
    await blocker.query('select from event_daily_counts for update');
    const recording = Promise.allSettled([store.recordBatch(events)]);
    await endWaitingSession(database.dataSource);
    expect(await recording).toMatchObject([{ status: 'rejected', reason: { kind: 'unavailable' } }]);
    await blocker.rollbackTransaction();
    await blocker.release();

    expect(await countRows(database.dataSource, 'events')).toBe(1);
    const { kept, actual } = await compareCounts(database.dataSource);
    expect(kept).toEqual(actual);
    expect((await store.recordBatch(events)).stored).toHaveLength(100);
  });
});

/** Text that does not compress: what fits into an index entry is measured after compression. */
function randomText(length: number): string {
  return Array.from({ length }, () => String.fromCharCode(33 + Math.floor(Math.random() * 90))).join('');
}

function nested(levels: number): { [key: string]: never } {
  return JSON.parse(`${'{"a":'.repeat(levels)}{}${'}'.repeat(levels)}`);
}
