import { correlationRule, documents, kindRule, rulesOf } from '../../test/rules.js';
import { createDetector, type DetectorEvent } from '../index.js';
import { BlockList } from './block-list.js';
import { BlockSequence } from './block-sequence.js';
import { ChainIndex } from './chain-index.js';
import { CountJudge } from './count.judge.js';
import { CrossingTree } from './crossing-tree.js';
import { DistinctJudge } from './distinct.judge.js';
import { EntryColumns } from './entry-columns.js';
import { PercentileJudge, SumJudge } from './number.judge.js';
import { OrderedJudge } from './ordered.judge.js';
import { TemporalJudge } from './temporal.judge.js';

const COUNTED = [
  BlockList,
  BlockSequence,
  ChainIndex,
  CountJudge,
  CrossingTree,
  DistinctJudge,
  EntryColumns,
  OrderedJudge,
  PercentileJudge,
  SumJudge,
  TemporalJudge,
];

/** Counts steps: calls of whatever walks through entries, and items that arrays shift. */
function countSteps(run: () => void): number {
  let steps = 0;
  const restore: (() => void)[] = [];
  for (const { prototype } of COUNTED as { prototype: object }[]) {
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const property = Object.getOwnPropertyDescriptor(prototype, name)!;
      const method: unknown = property.value;
      if (name === 'constructor' || typeof method !== 'function') continue;
      Object.defineProperty(prototype, name, {
        ...property,
        value(this: unknown, ...args: unknown[]): unknown {
          steps += 1;
          return Reflect.apply(method, this, args);
        },
      });
      restore.push(() => Object.defineProperty(prototype, name, property));
    }
  }
  const { splice } = Array.prototype;
  Array.prototype.splice = function (this: unknown[], ...args: unknown[]): unknown[] {
    // Shifting an item costs far less than a call.
    steps += (this.length - Number(args[0])) / 32;
    return Reflect.apply(splice, this, args) as unknown[];
  };
  try {
    run();
  } finally {
    Array.prototype.splice = splice;
    for (const each of restore) each();
  }
  return steps;
}

const SHAPES = {
  'event_count that fires': 'type: event_count\nrules: [a, b]\ncondition: { gte: 200 }',
  'event_count that is silent': 'type: event_count\nrules: [a, b]\ncondition: { gte: 100000 }',
  'event_count in a range': 'type: event_count\nrules: [a, b]\ncondition: { gte: 30, lt: 200 }',
  'value_count that fires': 'type: value_count\nrules: [a, b]\ncondition: { field: user, gte: 20 }',
  'value_count that is silent': 'type: value_count\nrules: [a, b]\ncondition: { field: few, gte: 20 }',
  'temporal that fires': 'type: temporal\nrules: [a, b]',
  'temporal that is silent': 'type: temporal\nrules: [a, b, never]',
  'temporal_ordered that fires': 'type: temporal_ordered\nrules: [a, b]',
  'temporal_ordered that is silent': 'type: temporal_ordered\nrules: [never, a, b]',
  'value_sum that fires': 'type: value_sum\nrules: [a, b]\ncondition: { field: amount, gt: 500 }',
  'value_sum that is silent': 'type: value_sum\nrules: [a, b]\ncondition: { field: amount, gt: 100000000 }',
  'value_avg that fires': 'type: value_avg\nrules: [a, b]\ncondition: { field: amount, gt: 20 }',
  'value_avg that is silent': 'type: value_avg\nrules: [a, b]\ncondition: { field: amount, gt: 90 }',
  'value_percentile that fires':
    'type: value_percentile\nrules: [a, b]\ncondition: { field: amount, percentile: 95, gt: 60 }',
  'value_percentile that is silent':
    'type: value_percentile\nrules: [a, b]\ncondition: { field: amount, percentile: 95, gt: 99 }',
  'absence that is answered': 'type: absence\nrules: [a, b]',
  'absence that is not': 'type: absence\nrules: [a, never]',
};

const ORDERS = {
  'in order': (count: number) => [...Array(count).keys()],
  reversed: (count: number) => [...Array(count).keys()].reverse(),
  // The step has no divisor in common with the counts below.
  scattered: (count: number) => [...Array(count).keys()].map((i) => (i * 7919) % count),
};

function stepsPerEvent(correlation: string, places: readonly number[]): number {
  const rules = documents(
    ...['a', 'b', 'never'].map((name) => kindRule(name)),
    correlationRule('outer', `timespan: 1h\n${correlation}`),
  );
  const detector = createDetector(rulesOf(rules));
  const events = places.map((place): DetectorEvent => {
    const time = Date.UTC(2003, 4, 5) + Math.floor((place * 3_600_000) / places.length);
    const number = (place * 48_271) % 2_147_483_647;
    const data = {
      kind: place % 3 === 0 ? 'b' : 'a',
      user: `u${number % 400}`,
      few: `f${number % 4}`,
      amount: number % 100,
    };
    return { id: `e${place}`, time, receivedAt: Date.UTC(2003, 4, 6), data };
  });
  const steps = countSteps(() => {
    for (const event of events) detector.process(event);
  });
  return steps / places.length;
}

describe('an event in a group of many', () => {
  for (const [shape, correlation] of Object.entries(SHAPES)) {
    for (const [order, places] of Object.entries(ORDERS)) {
      it(`costs hardly more than in one of few: ${shape}, ${order}`, () => {
        const few = stepsPerEvent(correlation, places(400));
        const many = stepsPerEvent(correlation, places(1600));
        // Four times as many: a logarithm grows by less than a quarter, a walk through all of them to the fourfold.
        expect(many / few).toBeLessThan(2);
      });
    }
  }
});
