import { anEnvelope, eventually } from '@mcm/testing';
import {
  documents,
  eventRule,
  type RulesWorld,
  type RunningRules,
  rulesWorld,
  threshold,
} from '../../test/running-rules.js';
import { storeOverride } from '../../test/stored-overrides.js';
import type { RuleOverride } from '../rule-store/override-reader.js';
import { FollowRules } from './follow-rules.service.js';

const FILTER = `title: Not the robot
id: not_the_robot
name: not_the_robot
logsource: { product: mcm }
filter:
  rules: [logout]
  selection: { user: robot }
  condition: not selection
`;

let world: RulesWorld;
let rules: RunningRules;
beforeEach(async () => {
  world = await rulesWorld({
    'a.yml': documents(eventRule('login', 'login', 'low', 'generate: true\n'), threshold('many', 'login')),
    'b.yml': documents(eventRule('logout'), FILTER),
  });
  rules = await world.start();
});
afterEach(() => world.close());

const event = (event_type: string, minute: number, user = 'alice') => {
  const time = new Date(Date.UTC(2026, 0, 15, 12, minute)).toISOString();
  return anEnvelope({
    event_type,
    user,
    event_id: `${event_type}-${user}-${minute}`,
    timestamp: time,
    received_at: time,
  });
};
const change = async (rule: string, override: Partial<RuleOverride>) => {
  await storeOverride(world.database, rule, override);
  await rules.app.get(FollowRules).poll();
};
const found = async () =>
  (await world.findings()).map(
    ({ rule_id, severity, event_count }) => `${rule_id} ${severity} ${event_count}`,
  );

it('drops what a disabled rule finds; correlations over it go on', async () => {
  await change('login', { enabled: false });
  await rules.send([event('login', 0), event('login', 1), event('login', 2)]);
  expect(await found()).toEqual(['many high 3']);
  await change('login', { enabled: true });
  await rules.send([event('login', 3)]);
  expect(await found()).toEqual(['login low 1', 'many high 4']);
});

it('keeps the windows of a disabled correlation, so that it misses nothing once it is enabled', async () => {
  await rules.send([event('login', 0)]);
  await change('many', { enabled: false });
  await rules.send([event('login', 1), event('login', 2)]);
  expect(await found()).toEqual(['login low 1', 'login low 1', 'login low 1']);
  await change('many', { enabled: true });
  await rules.send([event('login', 3)]);
  expect(await found()).toContain('many high 4');
});

it('gives findings the level of the override, until it is removed', async () => {
  await change('logout', { level: 'critical' });
  await rules.send([event('logout', 0)]);
  await change('logout', { level: null });
  await rules.send([event('logout', 1)]);
  expect(await found()).toEqual(['logout critical 1', 'logout medium 1']);
});

it('lets a disabled filter through, and keeps windows all the while', async () => {
  await rules.send([event('login', 0), event('login', 1), event('logout', 0, 'robot')]);
  expect(await found()).not.toContain('logout medium 1');
  await change('not_the_robot', { enabled: false });
  await rules.send([event('logout', 1, 'robot'), event('login', 2)]);
  expect(await found()).toEqual(expect.arrayContaining(['logout medium 1', 'many high 3']));
});

it('follows without being told, and after a restart', async () => {
  await storeOverride(world.database, 'logout', { enabled: false });
  await eventually(async () => {
    const metric = await rules.metric('mcm_rules_disabled');
    return metric === 1;
  });
  await rules.send([event('logout', 0)]);
  await rules.close();
  rules = await world.start();
  await rules.send([event('logout', 1)]);
  expect(await found()).toEqual([]);
  expect(await rules.metric('mcm_detections_dropped_total')).toBe(1);
});
