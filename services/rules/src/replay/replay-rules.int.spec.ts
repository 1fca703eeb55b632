import type { EventEnvelope } from '@mcm/contracts';
import { storeEvents } from '@mcm/persistence/testing';
import { anEnvelope, eventually } from '@mcm/testing';
import {
  correlation,
  documents,
  eventRule,
  type RulesWorld,
  type RunningRules,
  rulesWorld,
  threshold,
} from '../../test/running-rules.js';
import { storeOverride } from '../../test/stored-overrides.js';

const MINUTE = 60_000;
const START = Date.parse('2026-01-15T12:00:00.000Z');
const FILES = {
  'a.yml': documents(
    eventRule('login'),
    threshold('many', 'login'),
    eventRule('logout'),
    eventRule('ask'),
    eventRule('answer'),
    correlation('unanswered', 'ask, answer', 'type: absence\n  timespan: 30m'),
  ),
};

// One process of the service for all tests: its first replay starts a sandbox, which takes longer than the replays here.
let world: RulesWorld;
let rules: RunningRules;
beforeAll(async () => {
  world = await rulesWorld(FILES);
  world.clock.set(START);
  rules = await world.start();
});
afterEach(async () => {
  await world.database.query('truncate events, findings cascade');
  world.clock.set(START + 1000 * MINUTE);
});
afterAll(() => world.close());

const iso = (minute: number) => new Date(START + minute * MINUTE).toISOString();
const event = (event_type: string, minute: number, more: Partial<EventEnvelope> = {}) =>
  anEnvelope({
    event_type,
    event_id: `${event_type}-${minute}`,
    timestamp: iso(minute),
    received_at: iso(minute),
    ...more,
  });
const store = (events: EventEnvelope[]) => storeEvents(world.database, events);
const found = async () =>
  (await world.findings()).map(({ rule_id, event_count }) => `${rule_id} ${event_count}`);

// Evaluation comes first, at the clock at which the process started.
it('writes the same about something missing as evaluation does when it falls due', async () => {
  await rules.send([event('ask', 0), event('ask', 10)]);
  world.clock.set(START + 200 * MINUTE);
  await eventually(async () => (await found()).includes('unanswered 2'));
  const before = await world.findings();
  expect(await world.run('replay-rules', {})).toMatchObject({ new_findings: 0 });
  expect(await world.findings()).toEqual(before);
});

it('adds what is missing and nothing else, also when it runs again', async () => {
  await store([...[0, 1, 2, 3].map((minute) => event('login', minute)), event('logout', 5), event('ask', 6)]);
  expect(await world.run('replay-rules', {})).toEqual({ events: 6, findings: 3, new_findings: 3 });
  const before = await world.findings();
  expect(await found()).toEqual(['logout 1', 'many 4', 'unanswered 1']);
  expect(await world.run('replay-rules', {})).toEqual({ events: 6, findings: 3, new_findings: 0 });
  expect(await world.run('replay-rules', { from: iso(1), to: iso(3) })).toMatchObject({
    events: 2,
    new_findings: 0,
  });
  expect(await world.findings()).toEqual(before);
});

it('looks for answers behind its range, and does not ask about what lies there', async () => {
  await store([
    event('ask', 0),
    event('ask', 1, { event_id: 'bob', user: 'bob' }),
    event('answer', 25),
    event('ask', 26, { event_id: 'carol', user: 'carol' }),
  ]);
  await world.run('replay-rules', { to: iso(10) });
  expect((await world.findings()).map(({ user }) => user)).toEqual(['bob']);
});

it('finds nothing missing that may still be answered, however old it is', async () => {
  const now = START + 1000 * MINUTE;
  await store([
    event('ask', 0, { received_at: new Date(now - 89 * MINUTE).toISOString() }),
    event('ask', 1, { event_id: 'bob', user: 'bob', received_at: new Date(now - 91 * MINUTE).toISOString() }),
  ]);
  await world.run('replay-rules', {});
  expect((await world.findings()).map(({ user }) => user)).toEqual(['bob']);
});

it('stops when it is cancelled, and what it has found stays', async () => {
  await store(Array.from({ length: 2500 }, (_, n) => event('logout', n / 100, { event_id: `${n}` })));
  const id = await world.jobs.enqueue('replay-rules', {});
  await eventually(async () => ((await world.jobs.status('replay-rules', id))?.progress?.done ?? 0) > 0);
  expect(await world.jobs.cancel('replay-rules', id)).toBe(true);
  const status = await eventually(async () => {
    const present = await world.jobs.status('replay-rules', id);
    return present?.finished_at ? present : undefined;
  });
  const count = (await world.findings()).length;
  expect(count).toBeGreaterThan(0);
  if (status.state === 'failed') expect(status.error).toContain('JOBS.CANCELLED');
  await world.run('replay-rules', {});
  expect(await world.findings()).toHaveLength(2500);
});

// It comes last: the overrides stay.
it('goes by the overrides: no findings of disabled rules, and the level of the override', async () => {
  await store([event('login', 0), event('login', 1), event('login', 2), event('logout', 3)]);
  await storeOverride(world.database, 'logout', { enabled: false });
  await storeOverride(world.database, 'many', { level: 'critical' });
  expect(await world.run('replay-rules', {})).toEqual({ events: 4, findings: 1, new_findings: 1 });
  expect(await world.findings()).toMatchObject([{ rule_id: 'many', severity: 'critical' }]);
});
