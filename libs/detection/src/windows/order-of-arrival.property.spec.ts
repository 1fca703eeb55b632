import fc from 'fast-check';
import {
  expectedEpisodes,
  reconcile,
  type ExpectedEpisode,
  type TestMatch,
} from '../../test/episode-oracle.js';
import { correlationRule, documents, kindRule, rulesOf } from '../../test/rules.js';
import { createDetector, type Detection, type Threshold } from '../index.js';
import { CORRELATION_TYPES, THRESHOLD_OPERATORS, type CorrelationType } from '../document/rule-document.js';
import { meetsThreshold } from './aggregates/threshold.js';

const START = Date.UTC(2003, 4, 5);
const TIMESPAN = 6;
/** Seconds that an event may come late; all below do at most. */
const LATENESS = 10;
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 40);

const happening = fc.record({
  time: fc.integer({ min: 0, max: 30 }),
  kinds: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
  group: fc.constantFrom('x', 'x', 'y'),
  value: fc.integer({ min: -2, max: 6 }),
});
type Happening = TestMatch & { value: number };

/** Events with their delays, in seconds: two ways for the same events to arrive. */
const deliveries = fc
  .array(happening, { maxLength: 16 })
  .map((events): Happening[] => events.map((event, i) => ({ ...event, id: `e${i}` })))
  .chain((events) =>
    fc.record({ events: fc.constant(events), one: arrival(events), other: arrival(events) }),
  );

function arrival(events: readonly Happening[]) {
  return fc.record({
    delays: fc.array(fc.integer({ min: 0, max: LATENESS }), {
      minLength: events.length,
      maxLength: events.length,
    }),
    // Ties are broken by these.
    shuffle: fc.shuffledSubarray([...events.keys()], { minLength: events.length }),
    batches: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 16, maxLength: 16 }),
    again: fc.boolean(),
  });
}
type Arrival = ReturnType<typeof arrival> extends fc.Arbitrary<infer T> ? T : never;

/** What is found in the end when events come in the order of their arrival, in these batches. */
function found(text: string, events: readonly Happening[], { delays, shuffle, batches, again }: Arrival) {
  const flags = ['a', 'b', 'c'].map((name) => kindRule(name).replace(`kind: ${name}`, `${name}: true`));
  const detector = createDetector(rulesOf(documents(...flags, text)), { lateness: LATENESS * 1000 });
  const order = shuffle
    .map((index) => ({ event: events[index]!, at: events[index]!.time + delays[index]! }))
    .sort((a, b) => a.at - b.at)
    .map(({ event, at }) => ({
      id: event.id,
      time: START + event.time * 1000,
      receivedAt: START + at * 1000,
      data: {
        ...Object.fromEntries(event.kinds.map((kind) => [kind, true])),
        group: event.group,
        value: event.value,
      },
    }));
  const detections: Detection[] = [];
  for (let i = 0, n = 0; i < order.length; n += 1) {
    const batch = order.slice(i, i + batches[n]!);
    detections.push(...detector.processBatch(batch));
    if (again) detections.push(...detector.processBatch(batch));
    i += batches[n]!;
  }
  detections.push(...detector.advance(START + 3_600_000));
  return reconcile(detections.filter(({ ruleName }) => ruleName === 'outer')).map(
    (episode): ExpectedEpisode => ({
      ...episode,
      firstSeen: (episode.firstSeen - START) / 1000,
      lastSeen: (episode.lastSeen - START) / 1000,
    }),
  );
}

type Measure = (window: readonly Happening[], time: number) => number | undefined;

const ranked = (window: readonly Happening[], percentile: number): number | undefined =>
  window.map(({ value }) => value).sort((a, b) => a - b)[
    Math.max(1, Math.ceil((percentile / 100) * window.length)) - 1
  ];

/** Each type from its definition, over the events of a window. */
const MEASURES: Record<Exclude<CorrelationType, 'temporal_ordered' | 'absence'>, Measure> = {
  event_count: (window) => window.length,
  value_count: (window) => new Set(window.map(({ value }) => value)).size,
  temporal: (window) =>
    ['a', 'b', 'c'].filter((kind) => window.some(({ kinds }) => kinds.includes(kind))).length,
  value_sum: (window) => window.reduce((sum, { value }) => sum + Math.max(0, value), 0),
  value_avg: (window) => window.reduce((sum, { value }) => sum + value, 0) / window.length,
  value_percentile: (window) => ranked(window, 80),
  value_median: (window) => ranked(window, 50),
};

const THRESHOLDS: Threshold[] = [
  ...THRESHOLD_OPERATORS.flatMap((operator) => [1, 2, 3].map((bound) => ({ [operator]: bound }))),
  { gte: 2, lt: 4 },
  { gt: 1, neq: 3 },
];

const block = (type: string, rules: string, condition: Threshold): string => {
  const entries = Object.entries(condition).map(([operator, bound]) => `${operator}: ${bound}`);
  if (type.startsWith('value_')) entries.unshift('field: value');
  if (type === 'value_percentile') entries.unshift('percentile: 80');
  const lines = [`type: ${type}`, `rules: [${rules}]`, 'group-by: [group]', `timespan: ${TIMESPAN}s`];
  if (entries.length > 0) lines.push(`condition: { ${entries.join(', ')} }`);
  return lines.join('\n');
};

describe('what is found in the end depends on the events alone, not on the order in which they come', () => {
  it('covers every type of correlation', () => {
    expect([...Object.keys(MEASURES), 'temporal_ordered', 'absence'].sort()).toEqual(
      [...CORRELATION_TYPES].sort(),
    );
  });

  for (const [type, measure] of Object.entries(MEASURES)) {
    it(`${type}, with every operator: it is what the definition says`, () => {
      fc.assert(
        fc.property(fc.constantFrom(...THRESHOLDS), deliveries, (condition, { events, one }) => {
          const text = correlationRule('outer', block(type, 'a, b, c', condition));
          const expected = expectedEpisodes(events, TIMESPAN, (window, time) => {
            const value = measure(window as Happening[], time);
            return value !== undefined && meetsThreshold(condition, value);
          });
          expect(found(text, events, one)).toEqual(expected);
        }),
        { numRuns: RUNS * 3 },
      );
    });
  }

  for (const [name, text] of [
    ['temporal_ordered', block('temporal_ordered', 'a, b, c', {})],
    ['absence of an answer', block('absence', 'a, b', {})],
    ['absence of a further event', block('absence', 'a', {})],
  ] as const) {
    it(name, () => {
      fc.assert(
        fc.property(deliveries, ({ events, one, other }) => {
          const rule = correlationRule('outer', text);
          expect(found(rule, events, one)).toEqual(found(rule, events, other));
        }),
        { numRuns: RUNS },
      );
    });
  }

  it('correlations over others, of every type and operator', () => {
    const types = Object.keys(MEASURES);
    const own = fc.tuple(fc.constantFrom(...types), fc.constantFrom(...THRESHOLDS));
    const orders = [block('temporal_ordered', 'inner, b', {}), block('temporal_ordered', 'b, inner', {})];
    const rules = fc
      .record({
        inner: own,
        between: fc.option(own, { nil: undefined }),
        over: fc.oneof(own, fc.constantFrom(...orders)),
      })
      .map(({ inner, between, over }) => {
        const below = between === undefined ? 'inner' : 'between';
        return documents(
          correlationRule('inner', block(inner[0], 'a', inner[1])),
          ...(between === undefined
            ? []
            : [correlationRule('between', block(between[0], 'inner, c', between[1]))]),
          correlationRule(
            'outer',
            typeof over === 'string' ? over.replace('inner', below) : block(over[0], `${below}, b`, over[1]),
          ),
        );
      });
    fc.assert(
      fc.property(rules, deliveries, (text, { events, one, other }) => {
        expect(found(text, events, one)).toEqual(found(text, events, other));
      }),
      { numRuns: RUNS * 6 },
    );
  });
});
