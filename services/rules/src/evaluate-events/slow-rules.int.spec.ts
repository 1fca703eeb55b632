import { monitorEventLoopDelay } from 'node:perf_hooks';
import { anEnvelope } from '@mcm/testing';
import { documents, eventRule, rulesWorld } from '../../test/running-rules.js';

it('skips a rule whose expression takes too long, counts that, and lets the process do other things', async () => {
  const slow = eventRule('slow').replace('event_type: slow', () => "text|re: 'a[ab]{900}[^ab]'");
  const world = await rulesWorld({ 'a.yml': documents(slow, eventRule('login')) });
  const process = await world.start();
  let state = 1;
  const mixed = () => {
    let text = '';
    while (text.length < 200_000) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      text += (state >>> 16) & 1 ? 'a' : 'b';
    }
    return text;
  };
  const events = Array.from({ length: 20 }, (_, i) =>
    anEnvelope({ event_type: 'login', event_id: `e${i}`, raw_data: { text: mixed() } }),
  );
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  await process.send(events);
  delay.disable();
  expect((await world.findings()).map(({ rule_id }) => rule_id)).toEqual(Array(20).fill('login'));
  // Together they take 4 s on a quiet machine, one after the other with pauses; without a budget more than two minutes.
  expect(delay.max / 1e6).toBeLessThan(2_000);
  expect(await world.database.query('select rule_id, events::integer, last_skip from rule_skips')).toEqual([
    { rule_id: 'slow', events: 20, last_skip: expect.any(Date) },
  ]);
  expect(await process.metric('mcm_rule_skipped_events_total{rule="slow"}')).toBe(20);
  await world.close();
});
