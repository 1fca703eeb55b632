import { anEnvelope } from '@mcm/testing';
import {
  documents,
  eventRule,
  type RulesWorld,
  type RunningRules,
  rulesWorld,
  threshold,
} from '../../test/running-rules.js';
import { Evaluator } from './evaluator.js';

const DAY = 24 * 3_600_000;
const FILES = { 'a.yml': documents(eventRule('ask'), threshold('often', 'ask')) };

let world: RulesWorld;
let rules: RunningRules;
beforeEach(async () => {
  world = await rulesWorld(FILES);
  rules = await world.start();
});
afterEach(() => world.close());

/** An event that happens now, by a clock of ingestion that is ahead by so much. */
const ask = (event_id: string, ahead = 0) => {
  const now = world.clock.now();
  return anEnvelope({
    event_id,
    event_type: 'ask',
    timestamp: new Date(now).toISOString(),
    received_at: new Date(now + ahead).toISOString(),
  });
};
const episodes = async () => (await world.findings()).filter(({ rule_id }) => rule_id === 'often');

it.each([3 * DAY, -2 * 3_600_000])(
  'evaluates nothing while the clock is off by %d ms, and says so',
  async (skew) => {
    const evaluator = rules.app.get(Evaluator);
    world.clock.skewMs = skew;
    await expect(evaluator.evaluate([ask('a')])).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'RULES.CLOCK_SKEW',
    });
    await expect(evaluator.advance(world.clock.now())).rejects.toMatchObject({ code: 'RULES.CLOCK_SKEW' });
    expect(await rules.health.of('evaluation')).toMatchObject({
      status: 'down',
      detail: expect.stringMatching(/(3 days ahead of|2 hours behind) PostgreSQL's/) as string,
    });

    world.clock.skewMs = 0;
    await rules.send([ask('a'), ask('b'), ask('c')]);
    expect(await episodes()).toMatchObject([{ event_count: 3 }]);
    expect(await rules.health.of('evaluation')).toEqual({ status: 'up' });
  },
);

it('lets no arrival in the future pass over what comes after it, also after a restart', async () => {
  await rules.send([{ ...ask('early', 3 * DAY), user: 'bob' }]);
  for (const id of ['a', 'b', 'c']) {
    world.clock.advance(60_000);
    await rules.send([ask(id)]);
  }
  expect(await episodes()).toMatchObject([{ user: 'alice', event_count: 3 }]);

  await rules.close();
  rules = await world.start();
  world.clock.advance(60_000);
  await rules.send([ask('d')]);
  expect(await episodes()).toMatchObject([{ user: 'alice', event_count: 4 }]);
});
