import { anEnvelope } from '@mcm/testing';
import { createMigratedDatabase, type MigratedDatabase, storeEvents } from '../testing/index.js';
import { boundsOf, dayAfter, leafOf } from './event-leaf.js';
import { eventsByUids, eventSpans } from './event-spans.js';

const FIRST = '2026-01-01';
const event = (days: number, received_at: string) =>
  anEnvelope({ timestamp: `${dayAfter(FIRST, days)}T12:00:00.000Z`, received_at });

describe('eventSpans', () => {
  let database: MigratedDatabase;
  // Three days in a row, one far behind, and a late event of the first day.
  const events = [
    ...[0, 1, 2, 40].map((days) => event(days, boundsOf(dayAfter(FIRST, days)).to)),
    event(0, '2026-03-01T00:00:00.000Z'),
  ];
  const spans = async (
    ...wanted: Parameters<typeof eventSpans> extends [unknown, ...infer Rest] ? Rest : never
  ) =>
    (await eventSpans(database.dataSource, ...wanted)).map(({ from, to, count }) => [
      from.slice(0, 10),
      to.slice(0, 10),
      count,
    ]);

  beforeAll(async () => {
    database = await createMigratedDatabase();
    for (let days = 0; days < 60; days += 1) {
      const day = dayAfter(FIRST, days);
      const to = boundsOf(dayAfter(day)).from;
      await database.dataSource.query(
        `create table ${leafOf(day)} partition of events for values from ('${boundsOf(day).from}') to ('${to}')`,
      );
    }
    await storeEvents(database.dataSource, events);
  });
  afterAll(() => database.drop());

  it('puts days with events together, as many as a statement may read', async () => {
    expect(await spans({})).toEqual([
      ['2026-01-01', '2026-01-03', 4],
      ['2026-02-10', '2026-02-10', 1],
    ]);
    expect(await spans({}, 2)).toEqual([
      ['2026-01-01', '2026-01-02', 3],
      ['2026-01-03', '2026-01-03', 1],
      ['2026-02-10', '2026-02-10', 1],
    ]);
  });

  it('leaves out days by time, by ids and by arrival', async () => {
    expect(await spans({ from: '2026-01-02T23:00:00Z', to: '2026-01-31T00:00:00Z' })).toEqual([
      ['2026-01-02', '2026-01-03', 2],
    ]);
    expect(await spans({ from: '2026-01-02T23:00:00-02:00' })).toEqual([
      ['2026-01-03', '2026-01-03', 1],
      ['2026-02-10', '2026-02-10', 1],
    ]);
    // Ids only grow: the highest is known of every day, the lowest of closed ones.
    expect(await spans({ ids: ['4', '4'] })).toEqual([
      ['2026-01-01', '2026-01-01', 2],
      ['2026-02-10', '2026-02-10', 1],
    ]);
    expect(await spans({ receivedSince: '2026-02-20T00:00:00Z' })).toEqual([['2026-01-01', '2026-01-01', 2]]);
  });

  it('finds events by uid within a range, and plans for its days alone', async () => {
    const uids = events.map(({ uid }) => uid);
    const within = { from: events[1]!.timestamp, to: events[3]!.timestamp };
    const found = await eventsByUids<{ uid: string }>(database.dataSource, 'e.uid', uids, within);
    expect(found.map(({ uid }) => uid)).toEqual(uids.slice(1, 4));

    const runner = database.dataSource.createQueryRunner();
    await runner.startTransaction();
    const { from, to } = boundsOf('2026-01-02');
    await runner.query(
      `select e.uid from events e where e.uid = any($1::uuid[]) and e."timestamp" >= $2::timestamptz and e."timestamp" <= $3::timestamptz`,
      [uids, from, to],
    );
    const locked = (await runner.query(
      `select relation::regclass::text as name from pg_locks
        where pid = pg_backend_pid() and relation::regclass::text ~ '^events' order by 1`,
    )) as { name: string }[];
    expect(locked.map(({ name }) => name)).toEqual(['events', leafOf('2026-01-02')]);
    await runner.rollbackTransaction();
    await runner.release();
  });
});
