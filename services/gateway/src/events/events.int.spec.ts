import { storeEvents } from '@mcm/persistence/testing';
import { anEnvelope } from '@mcm/testing';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';

interface Listed {
  id: number;
  event_id: string;
}
let gateway: RunningGateway;
beforeAll(async () => {
  // A page of a hundred megabytes takes its time on a busy machine.
  gateway = await startGateway({ API_SEARCH_MS: '30000' });
  const rows = [
    { event_id: 'a', user: 'alice', event_type: 'login_failed', timestamp: '2026-01-10T08:00:00.000Z' },
    { event_id: 'b', user: 'bob', event_type: 'login_failed', timestamp: '2026-01-12T08:00:00.500Z' },
    { event_id: 'c', user: 'alice', event_type: 'mfa_failed', timestamp: '2026-01-11T08:00:00.000Z' },
    { event_id: 'd', user: 'alice', event_type: 'mfa_failed', timestamp: '2026-01-11T08:00:00.000Z' },
    {
      event_id: 'e',
      user: 'ünï "quoted" \\ %',
      event_type: 'x',
      source: 'cloudtrail',
      timestamp: '0001-01-01T00:00:00.000Z',
    },
  ];
  await storeEvents(
    gateway.database,
    rows.map((row) => anEnvelope({ raw_data: { ip: '203.0.113.7' }, ...row })),
  );
});
afterAll(() => gateway.close());

async function listed(query: string): Promise<string> {
  const response = await gateway.get(`/events${query}`);
  expect(response.status).toBe(200);
  return ((await response.json()) as Listed[]).map((event) => event.event_id).join('');
}

it('lists events newest first, with every field', async () => {
  expect(await listed('')).toBe('bdcae');
  const [event] = (await (await gateway.get('/events?user=bob')).json()) as Listed[];
  expect(event).toEqual({
    id: expect.any(Number),
    event_type: 'login_failed',
    user: 'bob',
    canonical_user: 'bob',
    timestamp: '2026-01-12T08:00:00.500Z',
    raw_data: { ip: '203.0.113.7' },
    event_id: 'b',
    source: 'api',
    received_at: '2026-01-15T12:00:00.000Z',
    uid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5/),
    conflicts_with: null,
  });
});

it.each([
  ['?user=alice', 'dca'],
  ['?user=%20ALICE%E2%80%8B', 'dca'],
  // Forms send fields that were left empty.
  ['?user=alice&event_type=&source=&from_timestamp=', 'dca'],
  ['?limit=0', ''],
  ['?user=alice&event_type=mfa_failed', 'dc'],
  ['?event_type=login_failed', 'ba'],
  ['?source=cloudtrail', 'e'],
  [`?user=${encodeURIComponent('ünï "quoted" \\ %')}`, 'e'],
  [`?user=${encodeURIComponent("'; drop table events; --")}`, ''],
  ['?event_id=c', 'c'],
  ['?event_id=e', ''],
  ['?event_id=e&source=cloudtrail', 'e'],
  ['?conflict=true', ''],
  ['?conflict=false&user=alice', 'dca'],
  ['?limit=2', 'bd'],
  ['?limit=2&offset=3', 'ae'],
  ['?offset=1000000', ''],
  ['?from_timestamp=2026-01-11T08:00:00Z', 'bdc'],
  ['?from_timestamp=2026-01-11T08:00:00.001Z', 'b'],
  ['?to_timestamp=2026-01-11T08:00:00Z', 'dcae'],
  ['?from_timestamp=2026-01-11&to_timestamp=2026-01-12', 'dc'],
  ['?from_timestamp=2026-01-11T09:00:00%2B01:00&to_timestamp=2026-01-11T08:00:00', 'dc'],
  // A plus sign that was not encoded arrives as a blank.
  ['?from_timestamp=2026-01-11T09:00:00+01:00&to_timestamp=2026-01-11T08:00:00', 'dc'],
  ['?from_timestamp=2027-01-01&to_timestamp=2026-01-01', ''],
])('answers %s', async (query, expected) => {
  expect(await listed(query)).toBe(expected);
});

it.each([
  ['limit=-1', 'limit', 'at least 0'],
  ['limit=501', 'limit', 'at most 500'],
  ['limit=ten', 'limit', 'whole number'],
  ['limit=1.5', 'limit', 'whole number'],
  ['limit=1e2', 'limit', 'whole number'],
  ['limit=', 'limit', 'whole number'],
  ['limit=1&limit=2', 'limit', 'several values'],
  ['offset=-1', 'offset', 'at least 0'],
  ['offset=99999999999999999999', 'offset', 'whole number'],
  ['user=a&user=b', 'user', 'once'],
  ['user[]=a', 'user[]', 'is not known here'],
  ['user=a%00b', 'user', 'U+0000'],
  [`event_type=${'x'.repeat(1025)}`, 'event_type', '1024'],
  ['from_timestamp=2026-02-30T00:00:00Z', 'from_timestamp', 'exists'],
  ['from_timestamp=2026-01-01T25:00:00Z', 'from_timestamp', 'exists'],
  ['from_timestamp=0001-01-01T00:00:00%2B14:00', 'from_timestamp', 'exists'],
  ['to_timestamp=yesterday', 'to_timestamp', 'ISO 8601'],
  ['to_timestamp=1767225600', 'to_timestamp', 'ISO 8601'],
])('refuses %s and names the parameter', async (query, pointer, detail) => {
  const response = await gateway.get(`/events?${query}`);
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(await response.json()).toMatchObject({
    code: 'REQUEST.INVALID',
    detail: expect.stringContaining(pointer),
    errors: [{ pointer, detail: expect.stringContaining(detail) }],
  });
});

it('names all problems of a request together', async () => {
  const problem = (await (await gateway.get('/events?limit=-1&offset=x&user=%00&nonsense=1')).json()) as {
    errors: { pointer: string }[];
  };
  expect(problem.errors.map((error) => error.pointer).sort()).toEqual([
    'limit',
    'nonsense',
    'offset',
    'user',
  ]);
});

it('refuses a page that would hold too much, and says how much fits', async () => {
  const text = 'x'.repeat(1_000_000);
  await gateway.database.query(
    `insert into events (uid, source, event_id, event_type, "user", "timestamp", received_at, correlation_id, raw_data)
     select gen_random_uuid(), 'api', 'large-' || n, 'large', 'carol', '2026-01-01', '2026-01-01', 'c',
       jsonb_build_object('text', $1::text) from generate_series(1, 100) n`,
    [text],
  );
  await gateway.database.query(`insert into event_daily_counts (day, count) values ('2026-01-01', 100)
    on conflict (day) do update set count = event_daily_counts.count + 100, max_id = null`);
  const response = await gateway.get('/events?user=carol&limit=100');
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    code: 'EVENTS.PAGE_TOO_LARGE',
    errors: [{ pointer: 'limit', detail: expect.stringContaining('ask for 67 at a time') }],
  });
  const fitting = (await (await gateway.get('/events?user=carol&limit=67')).json()) as Listed[];
  expect(fitting).toHaveLength(67);
  expect(fitting[0]).toMatchObject({ raw_data: { text } });
});

it('gives one event', async () => {
  const [first] = (await (await gateway.get('/events?user=bob')).json()) as Listed[];
  const response = await gateway.get(`/events/${first?.id}`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual(first);
});

it.each([
  ['0', 404],
  ['999999999', 404],
  ['9007199254740993', 404],
  ['9223372036854775807', 404],
  ['9223372036854775808', 400],
  ['99999999999999999999999999999999', 400],
  ['9'.repeat(1000), 400],
  ['abc', 400],
  ['-1', 400],
  ['1.5', 400],
  ['1e3', 400],
  ['0x1', 400],
  ['%00', 400],
  ['1;select%201', 400],
  ['%F0%9F%92%A9', 400],
])('answers the id %s with %d', async (id, status) => {
  const response = await gateway.get(`/events/${id}`);
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(await response.json()).toMatchObject({
    status,
    code: status === 404 ? 'EVENTS.NOT_FOUND' : 'REQUEST.INVALID',
  });
});

it('fails rather than show an event under a rounded id', async () => {
  await gateway.database.query(
    `insert into events (id, uid, source, event_id, event_type, "user", "timestamp", received_at, correlation_id, raw_data)
     overriding system value
     values (9007199254740993, gen_random_uuid(), 's', 'huge id', 't', 'u', '2030-01-01', '2030-01-01', 'c', '{}')`,
  );
  await gateway.database.query(`insert into event_daily_counts (day, count) values ('2030-01-01', 1)`);
  expect((await gateway.get('/events/9007199254740993')).status).toBe(500);
  expect((await gateway.get('/events?source=s')).status).toBe(500);
  await gateway.database.query('delete from events where id = 9007199254740993');
  await gateway.database.query(`delete from event_daily_counts where day = '2030-01-01'`);
});

it('finds the events of an actor however the name is written', async () => {
  const written = ['zoe', 'Zoe', 'zo\u200be', 'ｚｏｅ'];
  await storeEvents(
    gateway.database,
    written.map((user) => anEnvelope({ user })),
  );
  for (const user of [...written, ' ZOE ']) {
    const found = (await (await gateway.get(`/events?user=${encodeURIComponent(user)}`)).json()) as {
      user: string;
      canonical_user: string;
    }[];
    expect(found.map((event) => event.user).sort()).toEqual([...written].sort());
    expect(found.map((event) => event.canonical_user)).toEqual(written.map(() => 'zoe'));
  }
});
