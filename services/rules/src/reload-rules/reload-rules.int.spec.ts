import type { ReloadRulesPayload } from '@mcm/contracts';
import { anEnvelope, eventually } from '@mcm/testing';
import { documents, eventRule, rulesWorld, type RulesWorld, threshold } from '../../test/running-rules.js';
import { storedCatalogue } from '../../test/stored-catalogue.js';
import { Evaluator } from '../evaluate-events/evaluator.js';
import { FollowRules } from '../follow-rules/follow-rules.service.js';

let world: RulesWorld;
afterEach(() => world.close());

const at = (minute: number) => new Date(Date.UTC(2026, 0, 15, 12, minute)).toISOString();
const event = (event_type: string, minute: number, id = `${event_type}-${minute}`) =>
  anEnvelope({ event_type, event_id: id, timestamp: at(minute), received_at: at(minute) });
const reload = (payload: ReloadRulesPayload = {}) => world.run('reload-rules', payload);
const found = async () =>
  (await world.findings()).map(({ rule_id, event_count }) => `${rule_id} ${event_count}`);

it('takes new, changed and removed rules into force without a restart, and keeps windows that are the same', async () => {
  world = await rulesWorld({
    'core/a.yml': documents(eventRule('login'), threshold('many_logins', 'login')),
    'core/b.yml': eventRule('gone', 'logout'),
  });
  const rules = await world.start();
  await rules.send([event('login', 0), event('login', 1), event('logout', 0), event('other', 0)]);
  expect(await found()).toEqual(['gone 1']);

  await world.write({
    'core/a.yml': documents(eventRule('login'), threshold('many_logins', 'login')),
    'more/c.yml': documents(
      eventRule('other'),
      eventRule('other_base', 'other'),
      threshold('two_others', 'other_base', 2),
    ),
  });
  expect(await reload({ requested_by: 'ann', reason: 'new pack' })).toEqual({
    outcome: 'replaced',
    revision: 2,
    rules: 5,
    added: ['other', 'other_base', 'two_others'],
    changed: [],
    removed: ['gone'],
    problems: [],
  });
  await rules.app.get(FollowRules).poll();
  await rules.send([event('login', 2), event('logout', 1), event('other', 1)]);
  expect(await found()).toEqual(['gone 1', 'many_logins 3', 'other 1', 'two_others 2']);
  expect((await reload()).outcome).toBe('unchanged');
});

it('keeps the old rules when a document is faulty, says all that is wrong, and takes the others on request', async () => {
  world = await rulesWorld({ 'a.yml': eventRule('login') });
  const rules = await world.start();
  const broken = {
    'a.yml': eventRule('login', 'login', 'catastrophic'),
    'b.yml': 'title: b\ndetection: [',
    'c.yml': eventRule('logout'),
  };
  await world.write(broken);
  const refused = await reload({ requested_by: 'ann' });
  expect(refused).toMatchObject({ outcome: 'refused', revision: 1, rules: 1, added: [], removed: [] });
  expect(refused.problems.filter(({ severity }) => severity === 'error')).toMatchObject([
    { path: expect.stringMatching(/a\.yml$/), line: 9, code: 'RULE.LEVEL' },
    { path: expect.stringMatching(/b\.yml$/), line: 2, code: 'YAML.SYNTAX' },
  ]);
  await rules.app.get(FollowRules).poll();
  await rules.send([event('login', 0), event('logout', 0)]);
  expect(await found()).toEqual(['login 1']);
  expect(await storedCatalogue(world.database)).toMatchObject({
    revision: 1,
    problems: [],
    last_load: { outcome: 'refused', requested_by: 'ann', rules: 1 },
  });

  expect(await reload({ skip_faulty: true })).toMatchObject({
    outcome: 'replaced',
    revision: 2,
    rules: 1,
    added: ['logout'],
    removed: ['login'],
  });
  await rules.app.get(FollowRules).poll();
  expect((await rules.health.report()).parts['rules']).toMatchObject({
    status: 'degraded',
    detail: expect.stringContaining('2 refused'),
  });
  await rules.send([event('login', 1), event('logout', 1)]);
  expect(await found()).toEqual(['login 1', 'logout 1']);
});

it('reaches every process within a second, even when no fact tells of it', async () => {
  world = await rulesWorld({ 'a.yml': eventRule('login') });
  // Two processes: a bus in memory is heard by its own process only.
  const [first, second] = [await world.start(), await world.start()];
  await world.write({ 'a.yml': documents(eventRule('login'), eventRule('logout')) });
  const { revision } = await reload();
  const begun = performance.now();
  await eventually(async () => {
    for (const { app } of [first, second]) {
      expect(app.get(Evaluator).revision).toBe(revision);
    }
    return true;
  });
  // Half a second is the time between two polls; the rest is for a machine that does other things.
  expect(performance.now() - begun).toBeLessThan(2000);
  await second.send([event('logout', 0)]);
  expect(await found()).toEqual(['logout 1']);
});

it('takes the rules on disk at the next start, and leaves a faulty document out then', async () => {
  world = await rulesWorld({ 'a.yml': eventRule('login') });
  const before = await world.start();
  await before.close();
  await world.write({ 'a.yml': 'title: [', 'b.yml': eventRule('logout') });
  const after = await world.start();
  await after.send([event('login', 0), event('logout', 0)]);
  expect(await found()).toEqual(['logout 1']);
  expect(await storedCatalogue(world.database)).toMatchObject({
    revision: 2,
    problems: [{ code: 'YAML.SYNTAX' }],
    last_load: { outcome: 'replaced' },
  });
});

it('fills the windows of a changed rule from stored events, and goes on with an episode under way', async () => {
  world = await rulesWorld({ 'a.yml': documents(eventRule('login'), threshold('many', 'login', 5)) });
  const rules = await world.start();
  await rules.send([0, 1, 2, 3].map((minute) => event('login', minute)));
  expect(await found()).toEqual([]);
  await world.write({ 'a.yml': documents(eventRule('login'), threshold('many', 'login', 3)) });
  expect(await reload()).toMatchObject({ changed: ['many'] });
  await rules.app.get(FollowRules).poll();
  // Nothing is raised for the past alone.
  expect(await found()).toEqual([]);
  await rules.send([event('login', 4)]);
  expect(await found()).toEqual(['many 5']);
  await world.write({ 'a.yml': documents(eventRule('login'), threshold('many', 'login', 2)) });
  await reload();
  await rules.app.get(FollowRules).poll();
  await rules.send([event('login', 5)]);
  expect(await found()).toEqual(['many 6']);
});

it('loses no event and finds nothing twice while rules are replaced again and again', async () => {
  const files = (least: number, extra: string) => ({
    'a.yml': documents(eventRule('login'), threshold('many', 'login', least), eventRule('logout')),
    'b.yml': eventRule(extra),
  });
  world = await rulesWorld(files(3, 'extra_0'));
  const rules = await world.start();
  const follow = rules.app.get(FollowRules);
  let done = false;
  const sending = (async () => {
    for (let minute = 0; minute < 120; minute += 1) {
      const user = `user-${minute % 4}`;
      await rules.send([
        { ...event('login', minute / 60), user },
        { ...event('logout', minute / 60), user },
      ]);
    }
    done = true;
  })();
  let reloads = 0;
  for (; !done; reloads += 1) {
    await world.write(files(reloads % 2 === 0 ? 4 : 3, `extra_${reloads}`));
    await reload();
    await follow.poll();
  }
  await sending;
  expect(reloads).toBeGreaterThan(2);
  const findings = await world.findings();
  expect(findings.filter(({ rule_id }) => rule_id === 'logout')).toHaveLength(120);
  const many = findings.filter(({ rule_id }) => rule_id === 'many');
  // Batches are handled side by side, so who comes first is open.
  expect(new Map(many.map(({ user, event_count }) => [user, event_count]))).toEqual(
    new Map([0, 1, 2, 3].map((n) => [`user-${n}`, 30])),
  );
  expect(many).toHaveLength(4);
});

it('goes on with the old rules while the new ones cannot be taken over, says so, and does it later', async () => {
  world = await rulesWorld({ 'a.yml': eventRule('login') });
  const rules = await world.start();
  const follow = rules.app.get(FollowRules);
  await follow.poll();
  await world.write({ 'a.yml': documents(eventRule('login'), threshold('many', 'login', 2)) });
  // Windows cannot be filled: the table that is read for them is away.
  await world.database.query('alter table event_daily_counts rename to daily_counts_away');
  await reload();
  await follow.poll();
  expect((await rules.health.report()).parts['rule-changes']).toMatchObject({ status: 'degraded' });
  await world.database.query('alter table daily_counts_away rename to event_daily_counts');
  await follow.poll();
  expect((await rules.health.report()).parts['rule-changes']).toEqual({ status: 'up' });
  await rules.send([event('login', 0), event('login', 1)]);
  expect(await found()).toEqual(['many 2']);
});
