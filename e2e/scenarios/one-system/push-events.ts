import { gzipSync } from 'node:zlib';
import { eventually } from '@mcm/testing';
import { allFindings, get, send, type System } from '../../support/system.js';

interface Receipt {
  received: number;
  accepted: number;
  duplicates: number;
  rejected: { index: number; event_id: string | null; code: string; reason: string }[];
}
interface StoredEvent {
  id: number;
  event_id: string;
  source: string;
  event_type: string;
  user: string;
  timestamp: string;
  raw_data: Record<string, unknown>;
  uid: string;
  conflicts_with: string | null;
}

const at = (minutesAgo: number) => new Date(Date.now() - minutesAgo * 60_000).toISOString();

export function pushEvents(system: () => System): void {
  const eventsOf = (user: string) =>
    get<StoredEvent[]>(`${system().api}/events?user=${encodeURIComponent(user)}`);
  const storedFor = async (user: string, count: number) => {
    let events: StoredEvent[] = [];
    await eventually(async () => (events = await eventsOf(user)).length === count, { timeoutMs: 5_000 });
    return events;
  };

  it('takes one object, shows it within a second, and the finding that it causes', async () => {
    const started = Date.now();
    const { status, body } = await send<Receipt>(`${system().api}/events`, {
      event_type: 'storage_bucket_created',
      user: 'one',
      timestamp: at(1),
      raw_data: { bucket_name: 'payroll', public: true, region: 'eu-central-1' },
    });
    expect(status).toBe(202);
    expect(body).toMatchObject({ received: 1, accepted: 1, duplicates: 0, rejected: [] });
    const [event] = await storedFor('one', 1);
    expect(event).toMatchObject({
      event_type: 'storage_bucket_created',
      raw_data: { bucket_name: 'payroll' },
    });
    await eventually(async () => (await allFindings(system().api, '&user=one')).length === 1, {
      timeoutMs: 5_000,
    });
    expect(Date.now() - started).toBeLessThan(2_000);
    const [finding] = await allFindings(system().api, '&user=one');
    expect(finding).toMatchObject({ rule_name: 'public_bucket_detected', severity: 'critical' });
    expect(finding!.description).toContain('payroll');
  });

  it('takes a list, NDJSON and gzip', async () => {
    const event = (n: number) => ({
      event_id: `n-${n}`,
      event_type: 'login_success',
      user: 'many',
      timestamp: at(n),
    });
    await send(`${system().api}/events/`, [event(1), event(2)]);
    const lines = [event(3), event(4)].map((value) => JSON.stringify(value)).join('\n');
    await send(`${system().api}/events`, `${lines}\n`, { 'content-type': 'application/x-ndjson' });
    await send(`${system().api}/events`, gzipSync(JSON.stringify([event(5)])), {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    });
    await send(`${system().api}/events`, gzipSync(JSON.stringify(event(6))), {
      'content-type': 'application/gzip',
    });
    expect((await storedFor('many', 6)).map((stored) => stored.event_id)).toEqual([
      'n-1',
      'n-2',
      'n-3',
      'n-4',
      'n-5',
      'n-6',
    ]);
  });

  it('takes CloudEvents: structured, batch and binary', async () => {
    const cloudEvent = (id: string) => ({
      specversion: '1.0',
      id,
      source: '/sso/eu',
      type: 'com.mcm.auth.login_success.v1',
      time: at(3),
      subject: 'cloud',
      data: { ip: '203.0.113.9' },
    });
    const url = `${system().api}/events`;
    expect(
      (await send(url, cloudEvent('s'), { 'content-type': 'application/cloudevents+json' })).status,
    ).toBe(202);
    await send(url, [cloudEvent('b')], {
      'content-type': 'application/cloudevents-batch+json; charset=utf-8',
    });
    await send(
      url,
      { ip: '203.0.113.9' },
      {
        'content-type': 'application/json',
        'ce-specversion': '1.0',
        'ce-id': 'x',
        'ce-source': '/sso/eu',
        'ce-type': 'com.mcm.auth.login_success.v1',
        'ce-subject': 'cloud',
        'ce-time': at(3),
      },
    );
    const events = await storedFor('cloud', 3);
    expect(new Set(events.map((event) => event.event_id))).toEqual(new Set(['s', 'b', 'x']));
    for (const event of events) {
      expect(event).toMatchObject({
        event_type: 'login_success',
        source: '/sso/eu',
        raw_data: { ip: '203.0.113.9' },
      });
    }
  });

  it('shows every digit of numbers that JavaScript would round', async () => {
    const body =
      '{"event_type":"login_success","user":"digits","raw_data":{"id":9007199254740993,"list":[-12345678901234567890,7]}}';
    expect((await send(`${system().api}/events`, body)).status).toBe(202);
    const [event] = await storedFor('digits', 1);
    expect(event!.raw_data).toEqual({ id: '9007199254740993', list: ['-12345678901234567890', 7] });
  });

  it('stores an event once, however often it is sent', async () => {
    const event = { event_id: 'same', event_type: 'login_success', user: 'twice', timestamp: at(4) };
    const first = await send<Receipt>(`${system().api}/events`, [event, event]);
    expect(first.body).toMatchObject({ received: 2, accepted: 1, duplicates: 1 });
    await storedFor('twice', 1);
    await send(`${system().api}/events`, event);
    await send(`${system().api}/events`, { ...event, event_id: 'other' });
    await storedFor('twice', 2);
  });

  it('keeps an event that has the id of another one and says something else, and raises a finding about it', async () => {
    const forged = { event_id: 'contested', source: '/sso', event_type: 'login_success', user: 'forger' };
    const real = { ...forged, event_type: 'login_failed', user: 'forger', raw_data: { ip: '203.0.113.8' } };
    const push = (event: object) => send<Receipt>(`${system().api}/events`, event);
    await push(forged);
    await storedFor('forger', 1);
    for (const event of [real, forged, real]) await push(event);
    const [second, first] = await storedFor('forger', 2);
    expect(second).toMatchObject({ event_type: 'login_failed', conflicts_with: first!.uid });
    const found = await get<StoredEvent[]>(`${system().api}/events?event_id=contested&source=/sso`);
    expect(found).toEqual([first]);
    expect(await get(`${system().api}/events?conflict=true&user=forger`)).toEqual([second]);
    await eventually(async () => (await allFindings(system().api, '&user=forger')).length === 2);
    const findings = await allFindings(system().api, '&user=forger&rule_name=event_identity_conflict');
    expect(findings).toMatchObject([{ severity: 'high', description: expect.stringContaining('contested') }]);
  });

  it('refuses events that pass themselves off as those of a vendor', async () => {
    const event = { event_id: '1', source: 'cloudtrail', event_type: 'login_success', user: 'forger' };
    const { status, body } = await send<{ code: string; detail: string }>(`${system().api}/events`, event);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'SOURCE.RESERVED',
      detail: expect.stringContaining('/sources/cloudtrail'),
    });
  });

  it('counts and finds an actor whose name is written in ways that look alike, and keeps what was sent', async () => {
    const names = ['eve-alike', 'Eve-Alike', 'eve\u200b-alike', '\u202eeve-alike', 'ｅve-alike'];
    const events = Array.from({ length: 10 }, (_, n) => ({
      event_id: `alike-${n}`,
      event_type: 'login_failed',
      user: names[n % names.length]!,
      timestamp: at(n + 1),
    }));
    await send(`${system().api}/events`, events);
    const stored = await storedFor('EVE-ALIKE', 10);
    expect(new Set(stored.map(({ user }) => user))).toEqual(new Set(names));
    const many = () => allFindings(system().api, '&user=eve-alike&rule_name=too_many_failed_logins_critical');
    await eventually(async () => (await many()).length === 1);
    expect(await many()).toMatchObject([{ user: 'eve-alike', event_count: 10 }]);
  });

  it('keeps 499 good events beside a bad one, and names the bad one', async () => {
    const events = Array.from({ length: 500 }, (_, n) => ({
      event_id: `bulk-${n}`,
      event_type: 'login_success',
      user: 'bulk',
      timestamp: n === 137 ? '2026-02-30T00:00:00Z' : at(5),
    }));
    const { status, body } = await send<Receipt>(`${system().api}/events`, events);
    expect(status).toBe(202);
    expect(body).toMatchObject({ received: 500, accepted: 499 });
    expect(body.rejected).toEqual([
      expect.objectContaining({
        index: 137,
        event_id: 'bulk-137',
        reason: expect.stringContaining('timestamp'),
      }),
    ]);
    await eventually(
      async () => (await get<StoredEvent[]>(`${system().api}/events?user=bulk&limit=500`)).length === 499,
      { timeoutMs: 10_000 },
    );
    const letters = await get<{ items: { reason: string; message: string }[] }>(
      `${system().api}/dead-letters?origin=ingest`,
    );
    expect(letters.items.some((letter) => letter.message.includes('bulk-137'))).toBe(true);
  });
}
