import { storeEvents } from '@mcm/persistence/testing';
import { anEnvelope } from '@mcm/testing';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import { storeFinding } from '../../test/stored-rows.js';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
  const rows = [
    { user: 'alice', event_type: 'login_failed', timestamp: '2026-01-10T08:00:00.000Z', ip: '203.0.113.7' },
    { user: 'Alice', event_type: 'login_failed', timestamp: '2026-01-10T08:10:00.000Z', ip: '203.0.113.7' },
    { user: 'bob', event_type: 'login_failed', timestamp: '2026-01-10T08:20:00.000Z', ip: '203.0.113.7' },
    { user: 'bob', event_type: 'mfa_failed', timestamp: '2026-01-11T08:00:00.000Z', ip: null },
  ];
  await storeEvents(
    gateway.database,
    rows.map(({ ip, ...row }, i) => anEnvelope({ event_id: String(i), ...row, raw_data: { ip } })),
  );
});
afterAll(() => gateway.close());

const asked = async (path: string, parameters: Record<string, string> | [string, string][]) => {
  const response = await gateway.get(`${path}?${new URLSearchParams(parameters)}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const RANGE = { from_timestamp: '2026-01-10', to_timestamp: '2026-01-11T23:59:59.999Z' };

describe('the histogram', () => {
  it('counts events that match, in round bars', async () => {
    const { body } = await asked('/events/histogram', { ...RANGE, q: 'ip:*', bars: '48' });
    expect(body).toEqual({
      exact: true,
      how: 'events',
      searched_back_to: null,
      bar_seconds: 3600,
      total: 3,
      bars: [{ from: '2026-01-10T08:00:00.000Z', count: 3 }],
    });
  });

  it('takes whole days from the counts that are kept', async () => {
    const { body } = await asked('/events/histogram', { ...RANGE, bars: '2' });
    expect(body).toMatchObject({
      exact: true,
      how: 'counters',
      bar_seconds: 86_400,
      total: 4,
      bars: [
        { from: '2026-01-10T00:00:00.000Z', count: 3 },
        { from: '2026-01-11T00:00:00.000Z', count: 1 },
      ],
    });
    const counted = await asked('/events/histogram', { ...RANGE, bars: '2', q: 'event_type:*' });
    expect(counted.body).toMatchObject({ how: 'events', bars: body['bars'] });
  });

  it('takes the week before now by default, and every range', async () => {
    expect((await asked('/events/histogram', {})).body).toMatchObject({ total: 0, bars: [] });
    const all = { from_timestamp: '0001-01-01', to_timestamp: '9999-12-31', bars: '1' };
    expect((await asked('/events/histogram', all)).body).toMatchObject({ total: 4 });
    const none = { from_timestamp: '2026-02-01', to_timestamp: '2026-01-01' };
    expect((await asked('/events/histogram', none)).body).toMatchObject({ total: 0, bars: [] });
  });
});

describe('the facets', () => {
  it('count values of fields and of paths in the raw data', async () => {
    const { body } = await asked('/events/facets', [
      ...Object.entries(RANGE),
      ['field', 'user'],
      ['field', 'raw_data.ip'],
      ['field', 'nothing."of the kind"'],
    ]);
    expect(body).toEqual({
      exact: true,
      how: 'events',
      searched_back_to: null,
      facets: [
        {
          field: 'user',
          exact: true,
          values: [
            { value: 'alice', count: 2 },
            { value: 'bob', count: 2 },
          ],
        },
        { field: 'raw_data.ip', exact: true, values: [{ value: '203.0.113.7', count: 3 }] },
        { field: 'nothing."of the kind"', exact: true, values: [] },
      ],
    });
  });

  it('count source, event type and user by default, of what matches', async () => {
    const { body } = await asked('/events/facets', { ...RANGE, q: 'user:bob', values: '1' });
    expect(body['facets']).toMatchObject([
      { field: 'source', values: [{ value: 'api', count: 2 }] },
      { field: 'event_type', values: [{ value: 'login_failed', count: 1 }] },
      { field: 'user', values: [{ value: 'bob', count: 2 }] },
    ]);
  });

  it.each([
    ['a..b', 'SEARCH.INVALID_FIELD'],
    ['a b', 'SEARCH.INVALID_FIELD'],
    ['raw_data', 'SEARCH.INVALID_FIELD'],
    ['"', 'SEARCH.INVALID_FIELD'],
    ['a\u0000', 'REQUEST.INVALID'],
  ])('refuse the field %j', async (field, code) => {
    const { status, body } = await asked('/events/facets', { field });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code, errors: [{ pointer: 'field' }] });
  });
});

describe('around', () => {
  const ids = async (path: string) => {
    const response = await gateway.get(path);
    expect(response.status).toBe(200);
    return ((await response.json()) as { event_id: string }[]).map(({ event_id }) => event_id).join('');
  };
  const idOf = async (event_id: string) => {
    const [event] = (await (await gateway.get(`/events?q=event_id:${event_id}`)).json()) as { id: number }[];
    return event!.id;
  };

  it('an event are those of the minutes before and after', async () => {
    const id = await idOf('1');
    expect(await ids(`/events/${id}/around`)).toBe('210');
    expect(await ids(`/events/${id}/around?minutes=5`)).toBe('1');
    expect(await ids(`/events/${id}/around?same=user`)).toBe('10');
    expect(await ids(`/events/${id}/around?same=ip`)).toBe('210');
    expect(await ids(`/events/${id}/around?limit=1`)).toBe('2');
  });

  it('an event must have what others are to have in common with it', async () => {
    const response = await gateway.get(`/events/${await idOf('3')}/around?same=ip`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'EVENTS.NOTHING_IN_COMMON',
      errors: [{ pointer: 'same' }],
    });
    expect((await gateway.get('/events/999999/around')).status).toBe(404);
  });

  it('a finding are those around its evidence', async () => {
    const [event] = (await (await gateway.get('/events?q=event_id:0')).json()) as { uid: string }[];
    const id = await storeFinding(gateway.database, {
      event_uids: [event!.uid],
      first_seen: '2026-01-10T08:00:00.000Z',
      last_seen: '2026-01-10T08:00:00.000Z',
    });
    expect(await ids(`/findings/${id}/around`)).toBe('10');
    expect(await ids(`/findings/${id}/around?minutes=30&same=ip`)).toBe('210');
    expect((await gateway.get('/findings/999999/around')).status).toBe(404);
  });
});
