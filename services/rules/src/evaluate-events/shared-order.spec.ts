import { createDetector, loadRules } from '@mcm/detection';
import { MemoryMatches, MemoryMatchLog } from '@mcm/match-log/drivers/memory';
import type { Logger } from '@mcm/platform';
import { SharedOrder } from './shared-order.js';

const START = Date.UTC(2026, 0, 15);
const RULE = `title: many
name: many
correlation: { type: event_count, rules: [any], timespan: 1h, condition: { gte: 2 } }
---
title: any
name: any
logsource: { product: test }
detection: { selection: { kind: any }, condition: selection }
`;
const detectorOf = (meaning: string) =>
  createDetector(loadRules([{ path: 'a.yml', text: RULE }]).rules, { meaning });
const event = (id: string, at: number) => ({
  id,
  time: START + at,
  receivedAt: START + at,
  data: { kind: 'any' },
});

async function attached(matches: MemoryMatches) {
  const errors: string[] = [];
  const logger = { error: (_: object, message: string) => errors.push(message) } as unknown as Logger;
  const order = new SharedOrder(new MemoryMatchLog(matches), logger);
  await order.place(undefined, []);
  expect(order.isComplete).toBe(false);
  order.restored();
  return { order, errors };
}

it('takes in what others matched before its own', async () => {
  const matches = new MemoryMatches();
  const [one, other] = [await attached(matches), await attached(matches)];
  const [a, b] = [detectorOf(''), detectorOf('')];
  const first = a.match([event('1', 0)]);
  await one.order.place(first, [a]);
  const second = b.match([event('2', 1)]);
  expect(await other.order.place(second, [b])).toEqual([]);
  expect(b.enter(second)).toMatchObject([{ count: 2 }]);
  expect(other.order.taken).toBe(1);
  expect(other.order.isComplete).toBe(true);
  expect(other.order.lackOf(b)).toBeUndefined();
});

it('reports the events that the windows of each detector lack, all together', async () => {
  const matches = new MemoryMatches();
  const [one, other] = [await attached(matches), await attached(matches)];
  const [a, b, next] = [detectorOf('x'), detectorOf('y'), detectorOf('x')];
  await one.order.place(a.match([event('1', 50)]), [a]);
  await one.order.place(a.match([event('2', 10), event('3', 70)]), [a]);
  await other.order.place(undefined, [b, next]);
  expect(other.order.lackOf(b)).toEqual({ since: START + 10, until: START + 70 });
  expect(other.order.lackOf(b)).toBeUndefined();
  expect(other.order.lackOf(next)).toBeUndefined();
});

it('asks for new windows when a text cannot be read or was lost', async () => {
  const matches = new MemoryMatches();
  const { order, errors } = await attached(matches);
  matches.append('nothing that a detector wrote');
  await order.place(undefined, [detectorOf('')]);
  expect(order.isComplete).toBe(false);
  expect(errors).toHaveLength(1);
  order.restored();
  matches.lose();
  await order.place(undefined, [detectorOf('')]);
  expect(order.isComplete).toBe(false);
  expect(errors).toHaveLength(1);
});
