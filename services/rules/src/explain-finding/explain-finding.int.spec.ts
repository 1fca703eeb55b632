import type { EventEnvelope, FindingExplanation } from '@mcm/contracts';
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
import { FollowRules } from '../follow-rules/follow-rules.service.js';

const MINUTE = 60_000;
const START = Date.parse('2026-01-15T12:00:00.000Z');
const LOGIN = eventRule('login', 'login', 'low', 'generate: true\n');
const MANY = threshold('many', 'login');
const files = (...texts: string[]) => ({ 'a.yml': documents(...texts) });

let world: RulesWorld;
let rules: RunningRules;
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
const start = async (...texts: string[]) => {
  world = await rulesWorld(files(...texts));
  rules = await world.start();
};
async function explain(id: number | string): Promise<FindingExplanation> {
  const result = await world.run('explain-finding', { finding_id: Number(id) });
  if (result.outcome !== 'done') throw new Error(result.outcome);
  return result.explanation;
}
const findingOf = async (rule: string) => (await world.findings()).find(({ rule_id }) => rule_id === rule)!;

it('gives the same answer again, for every kind of finding', async () => {
  await start(
    LOGIN,
    MANY,
    eventRule('login_out', 'logout'),
    correlation('storm', 'many, login_out', 'type: temporal_ordered\n  timespan: 3h', 'critical'),
    correlation('values', 'login', 'type: value_count\n  timespan: 1h\n  condition: { field: ip, gte: 2 }'),
    eventRule('ask'),
    eventRule('answer'),
    correlation('unanswered', 'ask, answer', 'type: absence\n  timespan: 30m'),
  );
  await rules.send([
    ...Array.from({ length: 150 }, (_, n) => event('login', n / 10, { raw_data: { ip: `10.0.0.${n % 7}` } })),
    event('logout', 20),
    event('ask', 30),
  ]);
  world.clock.set(START + 200 * MINUTE);
  await eventually(async () => (await findingOf('unanswered')) !== undefined);
  const seen = new Set<string>();
  for (const { id, rule_id } of await world.findings()) {
    if (seen.has(rule_id)) continue;
    seen.add(rule_id);
    const explanation = await explain(id);
    expect([rule_id, explanation.outcome, explanation.remarks]).toEqual([rule_id, 'same', []]);
    expect(explanation.rule).toMatchObject({ id: rule_id, version: 1, in_force: true });
  }
  expect([...seen].sort()).toEqual(['login', 'storm', 'unanswered', 'values']);
});

it('uses the rule as it was, also what it is over, when other texts are in force', async () => {
  await start(LOGIN, MANY);
  await rules.send([event('login', 0), event('login', 1), event('login', 2)]);
  await world.write(
    files(LOGIN.replace('event_type: login', 'event_type: signin'), threshold('many', 'login', 9)),
  );
  await world.run('reload-rules', {});
  await rules.app.get(FollowRules).poll();
  const explanation = await explain((await findingOf('many')).id);
  expect(explanation).toMatchObject({
    outcome: 'same',
    rule: { version: 1, in_force: false, source: expect.stringContaining('condition: { gte: 3 }') },
    finding: { event_count: 3 },
  });
});

it('says what is different', async () => {
  await start(LOGIN, MANY);
  await rules.send([event('login', 0), event('login', 1), event('login', 2)]);
  const { id } = await findingOf('many');
  await world.database.query(`update findings set event_count = 2, severity = 'low' where id = $1`, [id]);
  expect(await explain(id)).toMatchObject({
    outcome: 'different',
    remarks: ['event_count is 2 in the finding and 3 now.', 'severity is low in the finding and high now.'],
  });
  await world.database.query(`delete from events where event_id = 'login-1'`);
  await world.database.query('update findings set event_count = 3 where id = $1', [id]);
  expect(await explain(id)).toMatchObject({
    outcome: 'unknown',
    remarks: ['1 of its events are not stored any more.'],
  });
  await world.database.query(`update findings set rule_hash = 'older' where id = $1`, [id]);
  expect(await explain(id)).toMatchObject({ outcome: 'unknown', rule: null });
  expect(await world.run('explain-finding', { finding_id: 999_999 })).toEqual({ outcome: 'missing' });
});

it('knows that a level was set in place of the rule’s own', async () => {
  await start(eventRule('login'));
  await storeOverride(world.database, 'login', { level: 'critical' });
  await rules.app.get(FollowRules).poll();
  await rules.send([event('login', 0)]);
  expect(await explain((await findingOf('login')).id)).toMatchObject({
    outcome: 'same',
    remarks: ['The rule says medium; critical was set in its place.'],
  });
});
