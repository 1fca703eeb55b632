import { MemoryMatches, MemoryMatchLog } from '@mcm/match-log/drivers/memory';
import { storeEvents } from '@mcm/persistence/testing';
import { anEnvelope, eventually } from '@mcm/testing';
import { correlation, documents, eventRule, type RulesWorld, rulesWorld } from '../../test/running-rules.js';
import { loadSources, RulesInForce } from '../rule-store/rules-in-force.js';
import { RuleStore } from '../rule-store/rule-store.js';
import { Evaluator } from './evaluator.js';

const MINUTE = 60_000;
const START = Date.parse('2026-01-15T12:00:00.000Z');
/** RULES_LATENESS_SECONDS: ten minutes. */
const LATENESS = { latenessSeconds: 600 };
/** When all is decided: the latest arrival, the allowed lateness, and what acceptance and putting decisions together take. */
const DECIDED = START + 17 * MINUTE;

/** Every kind of condition that a late event can undo. */
const CONDITIONS = {
  average: 'type: value_avg\n  condition: { field: amount, gte: 60 }',
  median: 'type: value_median\n  condition: { field: amount, gte: 60 }',
  percentile: 'type: value_percentile\n  condition: { field: amount, percentile: 40, gte: 60 }',
  upper_bound: 'type: value_sum\n  condition: { field: amount, gt: 50, lt: 100 }',
};
const RULES = documents(
  eventRule('base_pay', 'pay'),
  ...Object.entries(CONDITIONS).map(([name, settings]) =>
    correlation(name, 'base_pay', `timespan: 10m\n  ${settings}`),
  ),
);

const iso = (minute: number) => new Date(START + minute * MINUTE).toISOString();
const pay = (user: string, minute: number, amount: number, arrived = minute) =>
  anEnvelope({
    event_type: 'pay',
    event_id: `${user}-${minute}`,
    user,
    timestamp: iso(minute),
    received_at: iso(arrived),
    raw_data: { amount },
  });
/** Both meet every condition until the late event comes, which undoes them for alice. */
const ALICE = pay('alice', 1, 90);
const BOB = pay('bob', 1, 90);
const LATE = pay('alice', 0, 10, 5);
const EXPECTED = Object.keys(CONDITIONS)
  .sort()
  .map((rule_id) => ({ rule_id, user: 'bob', event_count: 1, event_uids: [BOB.uid] }));

/** All that evaluation and replay must write alike. */
const WRITTEN = `
  select rule_name, severity, "user", event_count, first_seen, last_seen, description, reasons, event_uids::text[]
    from findings order by rule_name, first_seen`;

let world: RulesWorld;
beforeEach(async () => {
  world = await rulesWorld({ 'a.yml': RULES });
  world.clock.set(START + 5 * MINUTE);
}, 60_000);
afterEach(() => world.close());

const found = async () =>
  (await world.findings())
    .filter(({ rule_id }) => rule_id in CONDITIONS)
    .map(({ rule_id, user, event_count, event_uids }) => ({ rule_id, user, event_count, event_uids }));
const foundAll = async () => {
  await eventually(async () => (await found()).length >= EXPECTED.length);
  return found();
};

it('waits for late events, and a replay finds the same', async () => {
  const rules = await world.start(LATENESS);
  await rules.send([ALICE, BOB]);
  await rules.send([LATE]);
  world.clock.set(START + 10 * MINUTE);
  await rules.app.get(Evaluator).advance(world.clock.now());
  expect(await found()).toEqual([]);
  world.clock.set(DECIDED);
  expect(await foundAll()).toEqual(EXPECTED);
  const written = () => world.database.query(WRITTEN);
  const before: unknown = await written();
  await world.database.query('delete from findings');
  await world.run('replay-rules', {});
  expect(await written()).toEqual(before);
}, 60_000);

it('replays nothing that a late event may still undo', async () => {
  await storeEvents(world.database, [ALICE, BOB]);
  await world.start({ latenessSeconds: 3600 });
  world.clock.set(START + 30 * MINUTE);
  await world.run('replay-rules', {});
  expect(await found()).toEqual([]);
}, 60_000);

it('goes on after a restart with what waits, and with what was decided but not written', async () => {
  const first = await world.start(LATENESS);
  await first.send([ALICE, BOB]);
  await first.close();
  const second = await world.start(LATENESS);
  await second.send([LATE]);
  expect(await found()).toEqual([]);
  await second.app.get(Evaluator).remember();
  await second.close();
  // As after kill -9: an event that came after the decision was stored, and never evaluated.
  await storeEvents(world.database, [pay('carol', 17, 0)]);
  world.clock.set(DECIDED);
  await world.start(LATENESS);
  expect(await foundAll()).toEqual(EXPECTED);
}, 60_000);

it('is decided alike by replicas that come, go and change their rules meanwhile', async () => {
  const matches = new MemoryMatches();
  const replica = () => world.start(LATENESS, new MemoryMatchLog(matches));
  const [one, other, third] = [await replica(), await replica(), await replica()];
  await one.send([ALICE]);
  await other.send([BOB]);
  await one.close();
  // Its windows, with what waits, go over to those of the new rules.
  const { inForce } = other.app.get(RuleStore);
  const { sources } = inForce.loaded;
  const files = [...sources.files, { path: 'b.yml', text: eventRule('more') }];
  await other.app
    .get(Evaluator)
    .use(new RulesInForce(inForce.revision + 1, loadSources({ ...sources, files }), inForce.overrides));
  const fourth = await replica();
  await third.send([LATE]);
  const replicas = [other, third, fourth];
  world.clock.set(DECIDED);
  expect(await foundAll()).toEqual(EXPECTED);
  await eventually(() => replicas.every(({ app }) => !app.get(Evaluator).isDue(world.clock.now())));
  expect(await found()).toEqual(EXPECTED);
}, 60_000);
