import type { EventEnvelope } from '@mcm/contracts';
import { storeEvents } from '@mcm/persistence/testing';
import { anEnvelope } from '@mcm/testing';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
  const rows: Partial<EventEnvelope>[] = [
    { event_id: 'a', user: 'alice', event_type: 'login_failed', raw_data: { ip: '203.0.113.11', code: 401 } },
    { event_id: 'b', user: 'Alice', event_type: 'login_success', raw_data: { ip: '203.0.113.11' } },
    {
      event_id: 'c',
      user: 'bob',
      event_type: 'GetObject',
      source: 'cloudtrail',
      raw_data: { requestParameters: { bucketName: 'Payroll-2026' }, tags: ['a', 'B'] },
    },
    {
      event_id: 'd',
      user: 'carol',
      event_type: 'note',
      raw_data: { text: 'disk "full" again', code: '500' },
    },
  ];
  await storeEvents(
    gateway.database,
    rows.map((row, i) => anEnvelope({ timestamp: `2026-01-0${i + 1}T08:00:00.000Z`, ...row })),
  );
});
afterAll(() => gateway.close());

const search = (parameters: Record<string, string>) =>
  gateway.get(`/events?${new URLSearchParams(parameters)}`);

async function ids(response: Response): Promise<string> {
  expect(response.status).toBe(200);
  return ((await response.json()) as { event_id: string }[]).map(({ event_id }) => event_id).join('');
}

it.each([
  ['ip:203.0.113.11', 'ba'],
  ['ip:203.0.113.1', ''],
  ['user:ALICE -event_type:login_success', 'a'],
  ['raw_data.requestParameters.bucketName:pay*', 'c'],
  ['requestParameters.bucketName:*-2026', 'c'],
  ['tags:b', 'c'],
  ['"disk full again"', 'd'],
  ['"full disk"', ''],
  ['full', 'd'],
  ['payroll', 'c'],
  ['bucketName', 'c'],
  ['203.0.*', 'ba'],
  ['code:>400', 'da'],
  ['code:401', 'a'],
  ['code:*', 'da'],
  ['not code:*', 'cb'],
  ['user:(bob or carol) and not source:cloudtrail', 'd'],
  ['timestamp:2026-01-02', 'b'],
  ['timestamp:>"2026-01-02T08:00:00Z"', 'dc'],
  ['*:*', 'dcba'],
])('finds %s', async (q, expected) => {
  expect(await ids(await search({ q }))).toBe(expected);
});

it('joins a query with the other filters', async () => {
  expect(await ids(await search({ q: 'ip:*', user: 'alice', event_type: 'login_failed' }))).toBe('a');
  expect(await ids(await search({ q: 'ip:*', from_timestamp: '2026-01-02', limit: '5', offset: '0' }))).toBe(
    'b',
  );
});

it('names column and remedy of a query that it cannot read', async () => {
  const response = await search({ q: 'user:alice and (ip:' });
  expect(response.status).toBe(400);
  const detail = expect.stringMatching(/^q, column 20: a value has to follow/) as string;
  expect(await response.json()).toMatchObject({
    code: 'SEARCH.INVALID_QUERY',
    detail,
    errors: [{ pointer: 'q', detail }],
  });
});

it('refuses a query of thousands of terms with a sentence', async () => {
  const response = await search({ q: 'a '.repeat(5000) });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    detail: expect.stringContaining('at most 8000 characters and 100 terms'),
  });
});

it('goes through all events by cursor, also where many have the same time', async () => {
  const same = { event_type: 'same', timestamp: '2026-02-01T00:00:00.000Z' };
  const stored = Array.from({ length: 7 }, (_, i) =>
    anEnvelope({ event_id: String(i), raw_data: {}, ...same }),
  );
  await storeEvents(gateway.database, stored);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const response = await search({ q: 'event_type:same', limit: '3', ...(cursor && { cursor }) });
    expect(response.headers.has('searched-back-to')).toBe(false);
    cursor = response.headers.get('next-cursor');
    seen.push(await ids(response));
  } while (cursor !== null);
  expect(seen).toEqual(['654', '321', '0']);
});

describe('a cursor', () => {
  const first = async () => (await search({ q: 'ip:*', limit: '1' })).headers.get('next-cursor')!;
  const problem = async (parameters: Record<string, string>) => {
    const response = await search(parameters);
    expect(response.status).toBe(400);
    return (await response.json()) as { code: string; detail: string };
  };

  it('goes on behind the page', async () => {
    expect(await ids(await search({ q: 'ip:*', cursor: await first() }))).toBe('a');
  });

  it.each([
    ['of another query', async (cursor: string) => ({ q: 'code:*', cursor })],
    ['of other filters', async (cursor: string) => ({ q: 'ip:*', user: 'alice', cursor })],
    ['that was changed', async (cursor: string) => ({ q: 'ip:*', cursor: `${cursor.slice(0, -2)}xx` })],
    ['that is none', async () => ({ q: 'ip:*', cursor: "1' or '1" })],
    [
      'beyond the calendar',
      async () => ({ q: 'ip:*', cursor: Buffer.from('999999999999999.1.x').toString('base64url') }),
    ],
  ])('%s is refused', async (_, made) => {
    const { code, detail } = await problem(await made(await first()));
    expect(code).toBe('SEARCH.INVALID_CURSOR');
    expect(detail).toContain('cursor must be the one that an answer to the same search gave');
  });

  it('takes no offset', async () => {
    expect((await problem({ q: 'ip:*', cursor: await first(), offset: '1' })).detail).toContain(
      'offset must be left out',
    );
  });
});

it('skips by offset whatever the days', async () => {
  for (let offset = 0; offset < 4; offset++) {
    const response = await search({ offset: String(offset), limit: '2', to_timestamp: '2026-01-05' });
    expect(await ids(response)).toBe('dcba'.slice(offset, offset + 2));
  }
  expect(await ids(await search({ q: 'ip:*', offset: '1' }))).toBe('a');
  expect(await ids(await search({ q: 'ip:*', offset: '2' }))).toBe('');
});

it('reads days that are far apart, and times at both ends of the calendar', async () => {
  const times = ['0001-01-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'];
  const rows = times.map((timestamp, i) =>
    anEnvelope({ event_id: `t${i}`, event_type: 'far', raw_data: {}, timestamp }),
  );
  await storeEvents(gateway.database, rows);
  expect(await ids(await search({ event_type: 'far' }))).toBe('t2t1t0');
  expect(await ids(await search({ q: 'event_type:far', to_timestamp: '1970-01-01' }))).toBe('t1t0');
});

it('finds the same whatever else hostile stands in a query', async () => {
  const hostile = [
    `ip:"' or true --"`,
    `"a'b":*`,
    `a."$\\" ?(@)":x`,
    `x:"\\\\"`,
    'a:%',
    `"${'('.repeat(100)} none"`,
  ];
  for (const q of hostile) expect(await ids(await search({ q, to_timestamp: '2026-01-05' }))).toBe('');
});
