import { boundsOf, COLD_INDEXES, createIndex, HOT_INDEXES, leafOf } from '@mcm/persistence';
import { storeEvents } from '@mcm/persistence/testing';
import { anEnvelope } from '@mcm/testing';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import { eventConditions, type EventFilter, readFilter } from './event-filter.js';

const CLOSED = ['2026-01-01', '2026-01-02'];
const EVENTS_OF_DAY = 4_000;

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
  const { database } = gateway;
  // What closes days is another service; the indexes are the same.
  for (const day of CLOSED) {
    const leaf = leafOf(day);
    const { from } = boundsOf(day);
    await database.query(`create table ${leaf} partition of events
      for values from ('${from}') to (timestamptz '${from}' + interval '1 day')`);
    for (const index of [...HOT_INDEXES, ...COLD_INDEXES]) await database.query(createIndex(leaf, index));
    await database.query(`insert into event_days (day, state) values ($1, 'closed')`, [day]);
  }
  for (const day of [...CLOSED, '2026-01-03']) {
    const events = Array.from({ length: EVENTS_OF_DAY }, (_, n) =>
      anEnvelope({
        timestamp: new Date(Date.parse(day) + n * 20_000).toISOString(),
        user: `user-${n % 40}`,
        source: 'api',
        event_type: n % 2000 === 7 ? 'rare_thing' : 'usual_thing',
        raw_data: {
          ip: `203.0.${n % 500}.1`,
          bytes: n,
          text: n === 77 ? 'payroll.xlsx was "opened"' : 'nothing',
        },
      }),
    );
    await storeEvents(database, events);
  }
  await database.query('vacuum (analyze) events');
});
afterAll(() => gateway.close());

it.each([
  ['ip:203.0.77.1', 24],
  ['ip:203.0.77.*', 24],
  ['payroll.xlsx', 3],
  ['"opened"', 3],
  ['bytes:77', 3],
  ['user:USER-7 and ip:203.0.7.1', 12],
  ['event_type:rare_thing', 6],
  ['ip:203.0.77.1 or ip:203.0.78.1', 48],
  ['text:payroll* and not ip:203.0.1.1', 3],
  ['nowhere', 0],
  ['not ip:203.0.77.1 and bytes:<2', 6],
])('finds %s on days that are closed and on others', async (q, events) => {
  const response = await gateway.get(`/events?${new URLSearchParams({ q, limit: '100' })}`);
  expect(response.status).toBe(200);
  expect((await response.json()) as unknown[]).toHaveLength(events);
});

/** Names of the indexes with which the database reads the closed days. */
async function indexesFor(filter: EventFilter): Promise<string[]> {
  const stretch = { from: '2026-01-01T00:00:00Z', before: '2026-01-03T00:00:00Z', closed: true };
  const { where, parameters } = eventConditions(readFilter(filter), stretch);
  const [row] = await gateway.database.query<{ 'QUERY PLAN': unknown }[]>(
    `explain (format json) select e.id from events e ${where} order by e."timestamp" desc, e.id desc limit 50`,
    parameters,
  );
  const names = JSON.stringify(row!['QUERY PLAN']).matchAll(/"Index Name":"([^"]+)"/g);
  return [...names].map(([, name]) => name!).sort();
}

it.each<EventFilter>([
  { q: 'ip:203.0.77.1' },
  { q: 'payroll*' },
  { q: 'nowhere' },
  { q: 'bytes:77 user:user-37' },
  { event_type: 'rare_thing' },
])('reads closed days with the index of words for %j', async (filter) => {
  expect(await indexesFor(filter)).toEqual(CLOSED.map((day) => `${leafOf(day)}_words_gin`));
});

it('reads the newest events in their order where nearly all match', async () => {
  expect(await indexesFor({ q: 'usual_thing' })).toEqual(CLOSED.map((day) => `${leafOf(day)}_timestamp_idx`));
});
