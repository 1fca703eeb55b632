import type { Json, JsonObject } from '@mcm/contracts';
import {
  COLD_INDEXES,
  createDataSource,
  type DataSource,
  grantApplication,
  HOT_INDEXES,
  leafOf,
} from '@mcm/persistence';
import {
  compareCounts,
  createMigratedDatabase,
  endWaitingSession,
  type MigratedDatabase,
} from '@mcm/persistence/testing';
import { anEnvelope, applicationRole, envelopesInARow, eventually } from '@mcm/testing';
import { IngestionConfig } from '../ingestion.config.js';
import { EventStore } from '../record-events/event-store.js';
import { closeDay } from './close-day.js';
import { EventDays } from './event-days.js';

const NOW = Date.parse('2026-01-15T12:00:00.000Z');
const DAY_MS = 86_400_000;
const day = (days: number) => new Date(NOW + days * DAY_MS).toISOString().slice(0, 10);
const on = (days: number, source = 'api') =>
  anEnvelope({ source, timestamp: new Date(NOW + days * DAY_MS).toISOString() });

/** The services log in as a role that owns nothing. */
async function asServices(database: MigratedDatabase): Promise<DataSource> {
  const login = { role: applicationRole(database.url), password: 'services' };
  await grantApplication(database.dataSource, login);
  const url = new URL(database.url);
  Object.assign(url, { username: login.role, password: login.password });
  return createDataSource({ url: url.href, poolSize: 6, applicationName: 'event-days-test' }).initialize();
}

describe('EventDays', () => {
  let database: MigratedDatabase;
  let services: DataSource;
  let store: EventStore;
  let now: number;
  let days: EventDays;
  const leaves = async () =>
    (
      await database.dataSource.query<{ name: string }[]>(
        `select relid::regclass::text as name from pg_partition_tree('events') where isleaf order by 1`,
      )
    ).map(({ name }) => name);
  const countIn = async (table: string) => {
    const [row] = await database.dataSource.query<{ count: number }[]>(
      `select count(*)::int as count from ${table}`,
    );
    return row!.count;
  };
  const makeAll = async () => {
    for (const missing of days.missing(await days.stored())) await days.make(missing);
  };

  beforeAll(async () => {
    database = await createMigratedDatabase();
    services = await asServices(database);
    store = new EventStore(services);
  });
  afterAll(async () => {
    await services.destroy();
    await database.drop();
  });
  beforeEach(() => {
    now = NOW;
    days = new EventDays(services, { now: () => now }, new IngestionConfig());
  });
  afterEach(async () => {
    const { kept, actual } = await compareCounts(database.dataSource);
    expect(kept).toEqual(actual);
    for (const leaf of await leaves())
      if (leaf !== 'events_default') await database.dataSource.query(`drop table ${leaf}`);
    await database.dataSource.query(
      'truncate events, event_days, event_daily_counts, untimed_events restart identity',
    );
  });

  it('makes today and tomorrow, and moves the days of the default partition, newest first', async () => {
    const old = envelopesInARow(60, 3_600_000, { timestamp: `${day(-3)}T00:00:00.000Z` });
    await store.recordBatch(old);
    expect(await countIn('events_default')).toBe(60);
    expect(days.missing(await days.stored())).toEqual([day(0), day(1), day(-1), day(-2), day(-3)]);
    await makeAll();
    expect(await leaves()).toEqual([...[-3, -2, -1, 0, 1].map((n) => leafOf(day(n))), 'events_default']);
    expect(await countIn('events_default')).toBe(0);
    expect(await countIn(leafOf(day(-3)))).toBe(24);
    expect(days.missing(await days.stored())).toEqual([]);
    // Once more changes nothing, also when another process comes to it later.
    expect(await days.make(day(0))).toBeNull();
    expect(await store.recordBatch(old)).toMatchObject({ stored: [], repeated: old });
  });

  it('keeps what lies outside of its days in the default partition, and counts it', async () => {
    const flood = Array.from({ length: 500 }, (_, n) => on(-500 - n));
    await store.recordBatch([...flood, on(400), on(-400), on(1)]);
    await makeAll();
    expect(await leaves()).toHaveLength(4);
    expect(days.outside(await days.stored())).toBe(501);
    expect(await countIn('events_default')).toBe(501);
    // A day comes into the range, and its event moves.
    now += 399 * DAY_MS;
    await makeAll();
    expect(await leaves()).toContain(leafOf(day(400)));
  });

  it('makes the days that it left out when its clock goes back and forth by a month', async () => {
    now += 31 * DAY_MS;
    await makeAll();
    now -= 31 * DAY_MS;
    await store.recordBatch([on(0), on(1)]);
    await makeAll();
    now += 3 * DAY_MS;
    await store.recordBatch([on(3)]);
    await makeAll();
    expect(await countIn('events_default')).toBe(0);
    expect(await countIn(leafOf(day(3)))).toBe(1);
    expect(days.missing(await days.stored())).toEqual([]);
  });

  it('moves a day while events of it come, and loses and doubles none', async () => {
    const batches = Array.from({ length: 30 }, () => Array.from({ length: 20 }, () => on(-1)));
    await store.recordBatch(batches[0]!);
    const recording = (async () => {
      for (const batch of batches) await store.recordBatch([...batch, ...batches[0]!]);
    })();
    await makeAll();
    await recording;
    expect(await countIn('events')).toBe(600);
    expect(await countIn('events_default')).toBe(0);
  });

  it('waits for the default partition without holding up others, and leaves nothing when it fails', async () => {
    await store.recordBatch([on(-1)]);
    const reader = database.dataSource.createQueryRunner();
    await reader.startTransaction();
    await reader.query('select count(*) from events_default');
    const made = days.make(day(-1));
    await eventually(async () => {
      const [row] = await database.dataSource.query<{ waits: boolean }[]>(
        `select exists (select from pg_locks where mode = 'AccessExclusiveLock' and not granted) as waits`,
      );
      return row!.waits;
    });
    await store.recordBatch([on(-1)]);
    await reader.commitTransaction();
    await reader.release();
    expect(await made).toBe(2);
  });

  it('closes days that are over: indexed, vacuumed, and with what an id can be in', async () => {
    await store.recordBatch([on(-3), on(-2), on(-1), on(0)]);
    await makeAll();
    expect(days.closable(await days.stored())).toEqual([day(-2), day(-3)]);
    for (const closable of days.closable(await days.stored())) await days.close(closable);
    expect(days.closable(await days.stored())).toEqual([]);
    const indexes = await database.dataSource.query<{ name: string }[]>(
      'select indexname as name from pg_indexes where tablename = $1 order by 1',
      [leafOf(day(-2))],
    );
    expect(indexes.map(({ name }) => name)).toEqual(
      [...HOT_INDEXES, ...COLD_INDEXES].map(({ name }) => `${leafOf(day(-2))}_${name}`).sort(),
    );
    expect(
      await database.dataSource.query(
        `select d.rows::int, c.min_id::int, c.max_id::int >= c.min_id as ordered
           from event_days d join event_daily_counts c using (day) where state = 'closed' order by day`,
      ),
    ).toEqual([
      { rows: 1, min_id: 1, ordered: true },
      { rows: 1, min_id: 2, ordered: true },
    ]);
    await store.recordBatch([on(-2)]);
    expect(await countIn(leafOf(day(-2)))).toBe(2);
  });

  it('closes a day whatever its events are made of', async () => {
    const nested = (levels: number): Json => (levels === 0 ? 'deep' : { in: [nested(levels - 1)] });
    const hostile: JsonObject[] = [
      { text: 'x'.repeat(1_048_000) },
      { text: Array.from({ length: 50_000 }, (_, n) => n.toString(36)).join(' ') },
      Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`key${n}`, n])),
      { text: `${'ü'.repeat(5_000)} ${'.'.repeat(100_000)} ${'\\'.repeat(50_000)}` },
      { text: '\\u0000 \u0001 \\\\u0041 \n\r\t\b\f "' },
      { nested: nested(500) },
      {},
    ];
    await store.recordBatch(hostile.map((raw_data) => ({ ...on(-3), raw_data })));
    await makeAll();
    await days.close(day(-3));
    const [row] = await database.dataSource.query<{ looked_at: number; others: number }[]>(
      `select count(*) filter (where words @@ '''*''')::int as looked_at, count(*) filter (where words @@ 'x')::int as others
         from events, event_words(source, event_type, "user", canonical_user, event_id, raw_data) words`,
    );
    expect(row).toEqual({ looked_at: 3, others: 0 });
  });

  it('finishes what a killed process left: a move, a half built index, a drop', async () => {
    await store.recordBatch([on(-3), on(-3)]);
    const whileRead = async (work: () => Promise<unknown>) => {
      const reader = database.dataSource.createQueryRunner();
      await reader.startTransaction();
      await reader.query('select count(*) from events_default');
      const outcome = Promise.allSettled([work()]);
      await endWaitingSession(database.dataSource);
      expect(await outcome).toMatchObject([{ status: 'rejected', reason: { kind: 'unavailable' } }]);
      await reader.rollbackTransaction();
      await reader.release();
    };
    const leaf = leafOf(day(-3));
    await whileRead(() => days.make(day(-3)));
    expect(await leaves()).toEqual(['events_default']);
    expect(await days.make(day(-3))).toBe(2);

    const index = { name: 'source_idx', on: '(source)' };
    const half = `create unique index concurrently ${leaf}_${index.name} on ${leaf} (source)`;
    await expect(database.dataSource.query(half)).rejects.toMatchObject({ driverError: { code: '23505' } });
    await closeDay(services, day(-3), [index]);
    await closeDay(services, day(-3), [index]);
    expect(
      await database.dataSource.query(
        'select indisvalid, indisunique from pg_index where indexrelid = $1::regclass',
        [`${leaf}_${index.name}`],
      ),
    ).toEqual([{ indisvalid: true, indisunique: false }]);

    await whileRead(() => days.drop(day(-3)));
    expect(await countIn(leaf)).toBe(2);
    expect(await days.drop(day(-3))).toBe(2);
  });

  it('drops a day as a whole, and what the default partition holds of one', async () => {
    await store.recordBatch([on(-3), on(-3), on(-2), on(-500), on(-501)]);
    await makeAll();
    expect(await days.drop(day(-3))).toBe(2);
    expect(await days.drop(day(-500))).toBe(1);
    expect(await days.drop(day(-9))).toBe(0);
    expect(await countIn('events')).toBe(2);
    expect(await leaves()).not.toContain(leafOf(day(-3)));
    // A late event of the day is stored, and makes a partition again.
    await store.recordBatch([on(-3)]);
    await makeAll();
    expect(await countIn(leafOf(day(-3)))).toBe(1);
  });

  it('removes nothing that came after the day was archived', async () => {
    await store.recordBatch([on(-3), on(-500)]);
    await makeAll();
    const [{ last }] = await database.dataSource.query<[{ last: number }]>(
      'select max(id)::int as last from events',
    );
    await store.recordBatch([on(-3), on(-500)]);
    for (const removed of [days.drop(day(-3), last), days.keepOnly(day(-3), ['none'], last)])
      await expect(removed).rejects.toMatchObject({ kind: 'unavailable', code: 'EVENTS.NOT_ARCHIVED' });
    expect(await days.drop(day(-500), last)).toBe(1);
    expect(await countIn('events')).toBe(3);
    expect(await days.drop(day(-3), last + 2)).toBe(2);
  });

  it('keeps some sources of a day', async () => {
    const kept = [on(-3, 'held'), on(-3, 'longer')];
    await store.recordBatch([on(-3), on(-3), ...kept, on(-500), on(-500, 'held')]);
    await makeAll();
    await days.close(day(-3));
    expect(await days.keepOnly(day(-3), ['held', 'longer'])).toBe(2);
    expect(await days.keepOnly(day(-500), ['held'])).toBe(1);
    expect(await store.recordBatch(kept)).toMatchObject({ stored: [], repeated: kept });
    expect(await countIn('events')).toBe(3);
    await days.close(day(-3));
    expect(await days.keepOnly(day(-3), [])).toBe(2);
    expect(await countIn('events')).toBe(1);
  });

  it('drops days while events come, and no batch fails', async () => {
    await store.recordBatch(Array.from({ length: 2_000 }, (_, n) => on(-10 - (n % 4))));
    await makeAll();
    let isOver = false;
    const recording = (async () => {
      let stored = 0;
      while (!isOver) stored += (await store.recordBatch([on(0), on(-1), on(-2)])).stored.length;
      return stored;
    })();
    for (const n of [-10, -11, -12]) expect(await days.drop(day(n))).toBe(500);
    expect(await days.keepOnly(day(-13), ['none'])).toBe(500);
    isOver = true;
    const stored = await recording;
    expect(await countIn('events')).toBe(stored);
  });
});
