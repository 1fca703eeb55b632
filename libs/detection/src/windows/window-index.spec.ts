import fc from 'fast-check';
import { correlationRule, documents, kindRule, rulesOf } from '../../test/rules.js';
import { planCorrelations, type CorrelationPlan } from './correlation-plan.js';
import { EntryColumns, type Entry, type JudgedEntry } from './entry-columns.js';
import { EntryLayout } from './entry-layout.js';
import { EntryPages } from './entry-pages.js';
import { meetsThreshold } from './threshold.js';
import { WindowCursor } from './window-cursor.js';

const TIMESPAN = 6;

const RULES = {
  event_count: 'rules: [a, b, c]\ncondition: { gte: 3 }',
  'event_count in a range': 'rules: [a, b, c]\ncondition: { gt: 1, lt: 5 }',
  'event_count but one': 'rules: [a, b, c]\ncondition: { neq: 2 }',
  value_count: 'rules: [a, b, c]\ncondition: { field: value, gte: 3 }',
  'value_count exactly': 'rules: [a, b, c]\ncondition: { field: value, eq: 2 }',
  temporal: 'rules: [a, b, c]',
  'temporal without all': 'rules: [a, b, c]\ncondition: { gte: 1, lte: 2 }',
  temporal_ordered: 'rules: [a, b, c]',
  value_sum: 'rules: [a, b, c]\ncondition: { field: value, gt: 4 }',
  'value_sum below': 'rules: [a, b, c]\ncondition: { field: value, lte: 2.5 }',
  value_avg: 'rules: [a, b, c]\ncondition: { field: value, gte: 1.1 }',
  value_percentile: 'rules: [a, b, c]\ncondition: { field: value, percentile: 90, gt: 2 }',
  'value_percentile below': 'rules: [a, b, c]\ncondition: { field: value, percentile: 0, lt: 1 }',
  value_median: 'rules: [a, b, c]\ncondition: { field: value, gte: 2 }',
};

function planOf(name: string): CorrelationPlan {
  const type = name.split(' ')[0]!;
  const text = `type: ${type}\ntimespan: ${TIMESPAN}s\n${RULES[name as keyof typeof RULES]}`;
  const rules = rulesOf(
    documents(...['a', 'b', 'c'].map((each) => kindRule(each)), correlationRule('outer', text)),
  );
  const [plan] = planCorrelations(rules.correlations());
  return plan!;
}

const entry = fc.record({
  time: fc.integer({ min: 0, max: 30 }).map((seconds) => seconds * 1000),
  mask: fc.integer({ min: 1, max: 7 }),
  value: fc.oneof(
    fc.integer({ min: -1, max: 4 }),
    fc.constantFrom(0.1, 0.7, 1.1, 2.2),
    fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 2 }),
  ),
});
type Given = typeof entry extends fc.Arbitrary<infer T> ? T : never;

describe('an index of windows', () => {
  for (const name of Object.keys(RULES)) {
    it(`tells which windows begin and cease to fire: ${name}`, () => {
      const plan = planOf(name);
      fc.assert(
        fc.property(fc.array(entry, { minLength: 1, maxLength: 40, size: 'max' }), fc.nat(), (all, drops) => {
          const entries = new EntryColumns(new EntryPages(new EntryLayout({ ...plan.needs, mask: true })));
          const index = plan.createIndex()!;
          const measure = (time: number): number | undefined =>
            new WindowCursor(entries, plan.createJudge(), plan.timespan, false, time).measure();
          const fires = (time: number): boolean => {
            const value = measure(time);
            return value !== undefined && meetsThreshold(plan.rule.threshold, value);
          };
          const firing = new Set<number>();
          for (const [i, given] of all.entries()) {
            const added = whole(given, i);
            entries.insert(added);
            index.add(added);
            const moments = new Set<number>();
            for (let at = entries.begin; at < entries.end; at = entries.next(at))
              moments.add(entries.time(at));
            const within = [...moments].filter(
              (time) => time >= given.time && time <= given.time + plan.timespan,
            );
            const expected = within.filter(fires).sort((a, b) => a - b);
            const told = index.changes(given.time, given.time + plan.timespan, false, measure);
            if (name === 'temporal_ordered') {
              expect(told).toEqual(expected.length < 2 ? expected : [expected[0], expected.at(-1)]);
            } else {
              for (const time of told) {
                if (index.fires(time)) firing.add(time);
                else firing.delete(time);
              }
              expect(within.filter((time) => firing.has(time)).sort((a, b) => a - b)).toEqual(expected);
            }
            for (const time of expected) expect([undefined, measure(time)]).toContain(index.measure(time));
            // What is dropped is judged again only where something comes.
            if (i % 10 === drops % 10) {
              const first = entries.begin;
              index.remove(entries.judged(first));
              const time = entries.time(first);
              entries.dropBefore(entries.next(first));
              for (const moment of index.changes(time, time + plan.timespan, false, measure)) {
                if (name === 'temporal_ordered') continue;
                if (index.fires(moment)) firing.add(moment);
                else firing.delete(moment);
              }
            }
          }
        }),
        { numRuns: 60 },
      );
    });
  }
});

function whole({ time, mask, value }: Given, number: number): Entry & JudgedEntry {
  const id = `e${number}`;
  return {
    time,
    id,
    mask,
    value,
    start: time,
    arrival: 0,
    texts: undefined,
    origin: undefined,
    onward: undefined,
    maskBefore: 0,
    startBefore: 0,
  };
}
