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
} from '../../test/running-rules.js';
import { Evaluator } from '../evaluate-events/evaluator.js';

const MINUTE = 60_000;
const START = Date.parse('2026-01-15T12:00:00.000Z');
const MISSING = correlation('unanswered', 'ask, answer', 'type: absence\n  timespan: 30m', 'critical');
const FILES = { 'a.yml': documents(eventRule('ask'), eventRule('answer'), MISSING) };
/** Timespan, the lateness of an hour, and what acceptance may take. */
const DUE = 90 * MINUTE + 6_000;

let world: RulesWorld;
let rules: RunningRules;
beforeEach(async () => {
  world = await rulesWorld(FILES);
  rules = await world.start();
});
afterEach(() => world.close());

const iso = (minute: number) => new Date(START + minute * MINUTE).toISOString();
const event = (event_type: string, minute: number, more: Partial<EventEnvelope> = {}) =>
  anEnvelope({
    event_type,
    event_id: `${event_type}-${minute}`,
    timestamp: iso(minute),
    received_at: iso(minute),
    ...more,
  });
const missing = async () =>
  (await world.findings())
    .filter(({ rule_id }) => rule_id === 'unanswered')
    .map(({ user, severity, event_count, description }) => ({ user, severity, event_count, description }));
const ALICE = { user: 'alice', severity: 'critical', event_count: 1, description: 'alice: 1' };
it('finds what did not happen although nothing else happens', async () => {
  await rules.send([event('ask', 0)]);
  world.clock.set(START + DUE);
  await eventually(async () => (await missing()).length > 0);
  expect(await missing()).toEqual([ALICE]);
});

it('is content with an answer, also one that arrives late', async () => {
  await rules.send([event('ask', 0), event('ask', 0, { event_id: 'b', user: 'bob' })]);
  world.clock.set(START + 80 * MINUTE);
  await rules.send([event('answer', 10, { received_at: iso(80) })]);
  world.clock.set(START + DUE);
  await eventually(async () => (await missing()).length > 0);
  expect(await missing()).toEqual([{ ...ALICE, user: 'bob', description: 'bob: 1' }]);
});

it('finds it once with several processes', async () => {
  await world.start();
  await rules.send([event('ask', 0)]);
  world.clock.set(START + DUE);
  await eventually(async () => (await missing()).length > 0);
  expect(await missing()).toEqual([ALICE]);
});

it.each([0, 30])('finds after a restart what fell due while nothing ran for %d days', async (days) => {
  await rules.send([event('ask', 0)]);
  await rules.close();
  world.clock.set(START + DUE + days * 24 * 60 * MINUTE);
  rules = await world.start();
  await eventually(async () => (await missing()).length > 0);
  expect(await missing()).toEqual([ALICE]);
});

it('finds after a restart what was found missing but not written before the process died', async () => {
  await rules.send([event('ask', 0)]);
  await rules.app.get(Evaluator).remember();
  await rules.close();
  // As after kill -9: an event that came later was stored, and never evaluated.
  await storeEvents(world.database, [event('other', 100)]);
  world.clock.set(START + 100 * MINUTE);
  rules = await world.start();
  expect(await missing()).toEqual([ALICE]);
});

it('says again what could not be written', async () => {
  await rules.send([event('ask', 0)]);
  await world.database.query('alter table findings rename to away');
  world.clock.set(START + DUE);
  const evaluator = rules.app.get(Evaluator);
  await expect(evaluator.advance(world.clock.now())).rejects.toThrow();
  await world.database.query('alter table away rename to findings');
  await eventually(async () => (await missing()).length > 0);
  expect(await missing()).toEqual([ALICE]);
});

it('waits while an accepted event has not been evaluated: it may be the answer', async () => {
  await rules.send([event('ask', 0)]);
  await rules.bus.publish('events.accepted', [event('answer', 20)]);
  world.clock.set(START + DUE);
  const evaluator = rules.app.get(Evaluator);
  expect(await world.run('advance-rules', {})).toEqual({ findings: 0 });
  expect(evaluator.isDue(world.clock.now())).toBe(true);
  // What ingestion does when it is back.
  const recording = await rules.bus.consume('record-events', 'events.accepted', async (batch) =>
    rules.send(batch.map(({ payload }) => payload)),
  );
  await eventually(() => !evaluator.isDue(world.clock.now()));
  expect(await missing()).toEqual([]);
  await recording.close();
});
