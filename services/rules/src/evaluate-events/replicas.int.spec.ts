import { vi } from 'vitest';
import { join } from 'node:path';
import type { EventEnvelope } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import type { Exchange, MatchLog, MatchLogStatus } from '@mcm/match-log';
import { MemoryMatches, MemoryMatchLog } from '@mcm/match-log/drivers/memory';
import { anEnvelope, eventually } from '@mcm/testing';
import {
  correlation,
  documents,
  eventRule,
  type Files,
  type RulesWorld,
  type RunningRules,
  rulesWorld,
  threshold,
} from '../../test/running-rules.js';
import { StoredEvents } from '../replay/stored-events.js';
import { loadSources, RulesInForce } from '../rule-store/rules-in-force.js';
import { RuleStore } from '../rule-store/rule-store.js';
import { Evaluator } from './evaluator.js';

const CATALOGUE = join(import.meta.dirname, '../../../../rules/core');
const MINUTE = 60_000;
const START = Date.parse('2026-01-15T12:00:00.000Z');
const at = (milliseconds: number) => new Date(START + milliseconds).toISOString();

/** Everything that one user does within three hours, in small batches, not in the order in which it happened. */
const BATCHES = (() => {
  const types = ['login_failed', 'mfa_failed', 'login_success', 'api_token_created', 'login_failed'];
  const events = Array.from({ length: 150 }, (_, i) =>
    anEnvelope({
      event_id: `e${i}`,
      event_type: types[(i * 7) % types.length]!,
      user: 'mallory',
      timestamp: at(((i * 67) % 150) * 72_000),
      received_at: at(4 * 60 * MINUTE + i * 20),
      raw_data: { ip: '198.51.100.20', location: i % 3 === 0 ? 'Russia' : 'Berlin', success: false },
    }),
  );
  return Array.from({ length: 30 }, (_, i) => events.slice(i * 5, i * 5 + 5));
})();

const worlds: RulesWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

async function worldWith(files: Files): Promise<RulesWorld> {
  const world = await rulesWorld(files);
  world.clock.set(START + 5 * 60 * MINUTE);
  worlds.push(world);
  return world;
}

/** Processes that share an order of matches. */
async function replicasIn(world: RulesWorld, matches: MemoryMatches, path = world.folder) {
  const replicas: RunningRules[] = [];
  for (let i = 0; i < 3; i += 1) replicas.push(await world.start({ path }, new MemoryMatchLog(matches)));
  return replicas;
}

// Three replicas with all rules take their time to start on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Sends batches to the replicas, to all of them at the same time. */
async function divide(batches: readonly EventEnvelope[][], replicas: readonly RunningRules[]) {
  const shares = replicas.map((_, n) => batches.filter((_, i) => i % replicas.length === n));
  await Promise.all(
    replicas.map(async (replica, n) => {
      for (const batch of shares[n]!) await replica.send(batch);
    }),
  );
}

const EPISODES = `
  select rule_name, kind, severity, "user", event_count, first_seen, last_seen, description, event_uids::text[]
    from findings order by rule_name, first_seen, last_seen, event_uids`;
const findingsOf = (world: RulesWorld): Promise<unknown[]> => world.database.query(EPISODES);

/** What one process finds that gets everything. */
let expected: unknown[];
beforeAll(async () => {
  const world = await worldWith({});
  const rules = await world.start({ path: CATALOGUE });
  for (const batch of BATCHES) await rules.send(batch);
  expected = await findingsOf(world);
  expect(expected).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ rule_name: 'too_many_failed_logins_critical', kind: 'correlation' }),
      expect.objectContaining({ rule_name: 'suspicious_login_after_failures' }),
    ]),
  );
  await world.close();
  worlds.length = 0;
});

describe('Three replicas that divide all events of one user', () => {
  it('find what one finds, although the log loses its memory, a replica goes and another comes', async () => {
    const world = await worldWith({});
    const matches = new MemoryMatches();
    const replicas = await replicasIn(world, matches, CATALOGUE);
    await divide(BATCHES.slice(0, 9), replicas);
    for (const replica of replicas) {
      expect(await replica.metric('mcm_windows_rebuilt_total')).toBe(0);
      expect(await replica.metric('mcm_matches_taken_total')).toBeGreaterThan(0);
    }
    matches.lose();
    await divide(BATCHES.slice(9, 18), replicas);
    for (const replica of replicas) expect(await replica.metric('mcm_windows_rebuilt_total')).toBe(1);
    await replicas.shift()!.close();
    await divide(BATCHES.slice(18, 24), replicas);
    replicas.push(await world.start({ path: CATALOGUE }, new MemoryMatchLog(matches)));
    await divide(BATCHES.slice(24), replicas);
    expect(await findingsOf(world)).toEqual(expected);
  });

  it('find it with a log that holds hardly anything', async () => {
    const world = await worldWith({});
    const replicas = await replicasIn(world, new MemoryMatches(1), CATALOGUE);
    await divide(BATCHES, replicas);
    expect(await findingsOf(world)).toEqual(expected);
  });
});

const event = (event_type: string, minute: number, user = 'alice') =>
  anEnvelope({
    event_type,
    user,
    event_id: `${event_type}-${user}-${minute}`,
    timestamp: at(minute * MINUTE),
    received_at: at(minute * MINUTE),
  });
const counts = async (world: RulesWorld, rule: string) =>
  (await world.findings()).filter(({ rule_id }) => rule_id === rule).map(({ event_count }) => event_count);

it('Replicas that go by other rules for a moment count what the others evaluated', async () => {
  const world = await worldWith({
    'a.yml': documents(eventRule('a'), eventRule('b'), threshold('many', 'a')),
  });
  const [ahead, behind] = await replicasIn(world, new MemoryMatches());
  const { inForce } = ahead!.app.get(RuleStore);
  const { sources } = inForce.loaded;
  const files = [...sources.files, { path: 'b.yml', text: threshold('more', 'b') }];
  await behind!.send([event('b', 1)]);
  await ahead!.app
    .get(Evaluator)
    .use(new RulesInForce(inForce.revision + 1, loadSources({ ...sources, files }), inForce.overrides));
  await behind!.send([event('a', 2), event('b', 3)]);
  await ahead!.send([event('a', 4), event('b', 5)]);
  expect(await counts(world, 'more')).toEqual([3]);
  await behind!.send([event('a', 6)]);
  expect(await counts(world, 'many')).toEqual([3]);
});

it('A replica without events keeps up, and finds with the others what did not happen, once', async () => {
  const missing = correlation('unanswered', 'ask, answer', 'type: absence\n  timespan: 30m', 'critical');
  const world = await worldWith({ 'a.yml': documents(eventRule('ask'), eventRule('answer'), missing) });
  world.clock.set(START);
  const [one, other, idle] = await replicasIn(world, new MemoryMatches());
  await one!.send([event('ask', 0), event('ask', 1, 'bob')]);
  await other!.send([event('answer', 10, 'bob')]);
  await eventually(async () => (await idle!.metric('mcm_matches_taken_total')) === 2);
  // Timespan, the lateness of an hour, and what acceptance may take.
  world.clock.set(START + 91 * MINUTE + 6_000);
  await eventually(async () => (await counts(world, 'unanswered')).length > 0);
  await eventually(() => [one, other, idle].every((r) => !r!.app.get(Evaluator).isDue(world.clock.now())));
  expect(await counts(world, 'unanswered')).toEqual([1]);
});

it('What others count while windows are rebuilt is not counted twice', async () => {
  const world = await worldWith({ 'a.yml': documents(eventRule('a'), threshold('many', 'a')) });
  const matches = new MemoryMatches();
  const one = await world.start({}, new MemoryMatchLog(matches));
  const other = await world.start({}, new MemoryMatchLog(matches));
  await one.send([event('a', 0), event('a', 1), event('a', 2)]);
  const stored = one.app.get(StoredEvents);
  const read = stored.byArrival.bind(stored);
  let meanwhile = 0;
  stored.byArrival = async function* (range) {
    yield* read(range);
    // The events have been read, and the windows are not in use yet.
    if ((meanwhile += 1) === 1) await other.send([event('a', 3)]);
  };
  matches.lose();
  await one.send([event('a', 4)]);
  await one.send([event('a', 5)]);
  expect(meanwhile).toBe(1);
  expect(await counts(world, 'many')).toEqual([6]);
});

/** A log that is out of reach when the test says so. */
class Unreliable implements MatchLog {
  away = false;
  constructor(private readonly log: MatchLog) {}
  async exchange(own?: () => string): Promise<Exchange> {
    if (this.away) throw new AppError('unavailable', 'MATCH_LOG.UNAVAILABLE', 'away');
    return this.log.exchange(own);
  }
  status(): Promise<MatchLogStatus> {
    return this.log.status();
  }
  close(): Promise<void> {
    return this.log.close();
  }
}

it('Events wait while the log is out of reach, and nothing is lost', async () => {
  const world = await worldWith({ 'a.yml': documents(eventRule('a'), threshold('many', 'a')) });
  const matches = new MemoryMatches();
  const log = new Unreliable(new MemoryMatchLog(matches));
  const one = await world.start({}, log);
  const other = await world.start({}, new MemoryMatchLog(matches));
  await other.send([event('a', 0)]);
  log.away = true;
  const sending = one.send([event('a', 1), event('a', 2)]);
  await eventually(async () => (await one.bus.status()).some(({ lag }) => lag > 0));
  await other.send([event('a', 3)]);
  expect(await counts(world, 'many')).toEqual([]);
  log.away = false;
  await sending;
  expect(await counts(world, 'many')).toEqual([4]);
});
