import fc from 'fast-check';
import {
  expectedEpisodes,
  reconcile,
  type ExpectedEpisode,
  type TestMatch,
} from '../../test/episode-oracle.js';
import { correlationRule, documents, kindRule, rulesOf } from '../../test/rules.js';
import { createDetector, type Detection, type DetectorEvent } from '../index.js';

/** Seconds of the test's clock; far in the past, so that nothing can depend on the present. */
const START = Date.UTC(2003, 4, 5);

const match = fc.record({
  time: fc.integer({ min: 0, max: 60 }),
  kinds: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
  group: fc.constantFrom('x', 'x', 'y'),
  value: fc.integer({ min: 0, max: 4 }),
});

/** A set of events, and a way for them to arrive: any order, some twice, in batches of any size. */
const delivery = fc
  .array(match, { maxLength: 40, size: 'max' })
  .map((events): TestMatch[] => events.map((event, i) => ({ ...event, id: `e${i}` })))
  .chain((events) =>
    fc.record({
      events: fc.constant(events),
      order: fc
        .array(fc.integer({ min: 0, max: Math.max(0, events.length - 1) }), { maxLength: 20 })
        .map((again) => (events.length === 0 ? [] : [...events.keys(), ...again]))
        .chain((indexes) => fc.shuffledSubarray(indexes, { minLength: indexes.length })),
      batch: fc.integer({ min: 1, max: 12 }),
    }),
  );

function eventOf({ id, time, kinds, group, value }: TestMatch): DetectorEvent {
  return {
    id,
    time: START + time * 1000,
    data: { ...Object.fromEntries(kinds.map((kind) => [kind, true])), group, value },
  };
}

function flagRule(name: string): string {
  return kindRule(name).replace(`kind: ${name}`, `${name}: true`);
}

const BASE = documents(flagRule('a'), flagRule('b'), flagRule('c'));

function run(
  text: string,
  events: readonly TestMatch[],
  order: readonly number[],
  batch: number,
): ExpectedEpisode[] {
  const detector = createDetector(rulesOf(documents(BASE, text)), { lateness: '1h' });
  const detections: Detection[] = [];
  for (let i = 0; i < order.length; i += batch) {
    const part = order.slice(i, i + batch).map((index) => eventOf(events[index]!));
    detections.push(...(batch === 1 ? detector.process(part[0]!) : detector.processBatch(part)));
  }
  return reconcile(detections.filter(({ ruleName }) => ruleName === 'outer')).map((episode) => ({
    ...episode,
    firstSeen: (episode.firstSeen - START) / 1000,
    lastSeen: (episode.lastSeen - START) / 1000,
  }));
}

interface Case {
  name: string;
  text: string;
  timespan: number;
  /** Which events take part at all. */
  takes: (event: TestMatch) => boolean;
  fires: (window: readonly TestMatch[], time: number) => boolean;
  leaves?: (window: readonly TestMatch[]) => readonly TestMatch[];
}

const has = (kind: string) => (event: TestMatch) => event.kinds.includes(kind);

/** Whether the kinds match in order, each by another event; the last one at the given time. */
function inOrder(window: readonly TestMatch[], kinds: readonly string[], time: number): boolean {
  const step = (left: readonly TestMatch[], index: number, before: number): boolean => {
    if (index < 0) return true;
    return left.some(
      (event) =>
        event.kinds.includes(kinds[index]!) &&
        event.time <= before &&
        (index < kinds.length - 1 || event.time === time) &&
        step(
          left.filter((other) => other !== event),
          index - 1,
          event.time,
        ),
    );
  };
  return step(window, kinds.length - 1, time);
}

/** Windows of at least three `a` that end with an `a`, as threshold hits with their tightest begin. */
function bursts(
  window: readonly TestMatch[],
  needed: number,
  timespan: number,
): { begin: number; end: number }[] {
  const times = window.filter(has('a')).map(({ time }) => time);
  return [...new Set(times)].flatMap((end) => {
    const before = times.filter((time) => time <= end).sort((x, y) => x - y);
    const begin = before[before.length - needed];
    return begin !== undefined && end - begin <= timespan ? [{ begin, end }] : [];
  });
}

const CASES: Case[] = [
  {
    name: 'event_count',
    text: correlationRule(
      'outer',
      'type: event_count\nrules: [a, b]\ngroup-by: [group]\ntimespan: 10s\ncondition: { gte: 3 }',
    ),
    timespan: 10,
    takes: (event) => has('a')(event) || has('b')(event),
    fires: (window) => window.length >= 3,
  },
  {
    name: 'event_count over everything',
    text: correlationRule('outer', 'type: event_count\nrules: [a]\ntimespan: 7s\ncondition: { gt: 1 }'),
    timespan: 7,
    takes: has('a'),
    fires: (window) => window.length > 1,
  },
  {
    name: 'value_count',
    text: correlationRule(
      'outer',
      'type: value_count\nrules: [a]\ngroup-by: [group]\ntimespan: 10s\ncondition: { field: value, gte: 3 }',
    ),
    timespan: 10,
    takes: has('a'),
    fires: (window) => new Set(window.map(({ value }) => value)).size >= 3,
  },
  {
    name: 'temporal',
    text: correlationRule('outer', 'type: temporal\nrules: [a, b, c]\ngroup-by: [group]\ntimespan: 5s'),
    timespan: 5,
    takes: () => true,
    fires: (window) => ['a', 'b', 'c'].every((kind) => window.some(has(kind))),
  },
  {
    name: 'temporal with a count of rules',
    text: correlationRule(
      'outer',
      'type: temporal\nrules: [a, b, c]\ngroup-by: [group]\ntimespan: 4s\ncondition: { gte: 2 }',
    ),
    timespan: 4,
    takes: () => true,
    fires: (window) => ['a', 'b', 'c'].filter((kind) => window.some(has(kind))).length >= 2,
  },
  {
    name: 'temporal_ordered',
    text: correlationRule(
      'outer',
      'type: temporal_ordered\nrules: [a, b, c]\ngroup-by: [group]\ntimespan: 9s',
    ),
    timespan: 9,
    takes: () => true,
    fires: (window, time) => inOrder(window, ['a', 'b', 'c'], time),
  },
];

describe('episodes do not depend on how events arrive', () => {
  for (const { name, text, timespan, takes, fires, leaves } of CASES) {
    it(name, () => {
      fc.assert(
        fc.property(delivery, ({ events, order, batch }) => {
          const ungrouped = !text.includes('group-by');
          const taking = events.filter(takes).map((event) => (ungrouped ? { ...event, group: '' } : event));
          expect(run(text, events, order, batch)).toEqual(expectedEpisodes(taking, timespan, fires, leaves));
        }),
        { numRuns: 150 },
      );
    });
  }

  it('a threshold hit of event_count, then another event (chain)', () => {
    const text = documents(
      correlationRule(
        'inner',
        'type: event_count\nrules: [a]\ngroup-by: [group]\ntimespan: 8s\ncondition: { gte: 3 }',
      ),
      correlationRule('outer', 'type: temporal_ordered\nrules: [inner, b]\ngroup-by: [group]\ntimespan: 12s'),
    );
    fc.assert(
      fc.property(delivery, ({ events, order, batch }) => {
        // An event that is both would need the rule about one event in two steps; that has its own test.
        const only = events.map((event) => ({ ...event, kinds: [event.kinds[0]!] }));
        const taking = only.filter((event) => has('a')(event) || has('b')(event));
        const expected = expectedEpisodes(
          taking,
          12,
          (window, time) => {
            const found = bursts(window, 3, 8);
            return window.some(
              (event) => has('b')(event) && event.time === time && found.some(({ end }) => end <= time),
            );
          },
          (window) => {
            const from = Math.min(...window.map(({ time }) => time));
            const found = bursts(
              taking.filter(({ group }) => group === window[0]!.group),
              3,
              8,
            ).filter(({ end }) => window.some(({ time }) => time === end));
            return window.filter(
              (event) =>
                has('b')(event) ||
                (event.time >= from &&
                  found.some(({ begin, end }) => event.time >= begin && event.time <= end)),
            );
          },
        );
        expect(run(text, only, order, batch)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });
});

describe('what is found missing does not depend on how events arrive', () => {
  const absent = (rules: string) =>
    correlationRule('outer', `type: absence\nrules: ${rules}\ngroup-by: [group]\ntimespan: 6s`);
  const answered: Record<string, (event: TestMatch, others: readonly TestMatch[]) => boolean> = {
    '[a]': (event, others) => others.some(({ time }) => time > event.time && time <= event.time + 6),
    '[a, b]': (event, others) =>
      others.some(
        (other) =>
          has('b')(other) && other !== event && other.time >= event.time && other.time <= event.time + 6,
      ),
  };

  it.each(['[a]', '[a, b]'])('rules: %s', (rules) => {
    fc.assert(
      fc.property(delivery, ({ events, order, batch }) => {
        const detector = createDetector(rulesOf(documents(BASE, absent(rules))), { lateness: '1h' });
        const now = START + 3_600_000;
        const found: Detection[] = [];
        for (let i = 0; i < order.length; i += batch) {
          const part = order.slice(i, i + batch).map((index) => eventOf(events[index]!));
          // Everything arrives within a moment, long after it happened.
          found.push(...detector.processBatch(part.map((event) => ({ ...event, receivedAt: now + i }))));
        }
        expect(found.filter(({ ruleName }) => ruleName === 'outer')).toEqual([]);
        found.push(...detector.advance(now + 3_600_000 + 60_000));
        const relevant = events.filter((event) => has('a')(event) || (rules !== '[a]' && has('b')(event)));
        const missing = relevant.filter(
          (event) =>
            has('a')(event) &&
            !answered[rules]!(
              event,
              relevant.filter(({ group }) => group === event.group),
            ),
        );
        expect(
          found
            .filter(({ ruleName }) => ruleName === 'outer')
            .flatMap(({ eventIds }) => eventIds)
            .sort(),
        ).toEqual(missing.map(({ id }) => id).sort());
      }),
      { numRuns: 200 },
    );
  });
});

describe('correlations that share their windows', () => {
  const measures = [
    'type: event_count\nrules: [a, b]\ngroup-by: [group]\ntimespan: 10s\ncondition: { gte: 3 }',
    'type: event_count\nrules: [a, b]\ngroup-by: [group]\ntimespan: 4s\ncondition: { gte: 2 }',
    'type: event_count\nrules: [a, b]\ngroup-by: [group]\ntimespan: 8s\ncondition: { gte: 2, lt: 4 }',
    'type: temporal\nrules: [a, b]\ngroup-by: [group]\ntimespan: 6s',
    'type: temporal_ordered\nrules: [a, b]\ngroup-by: [group]\ntimespan: 7s',
    'type: value_count\nrules: [a, b]\ngroup-by: [group]\ntimespan: 9s\ncondition: { field: value, gte: 2 }',
    'type: value_count\nrules: [a, b]\ngroup-by: [group]\ntimespan: 12s\ncondition: { field: value, gte: 4 }',
    'type: value_sum\nrules: [a, b]\ngroup-by: [group]\ntimespan: 5s\ncondition: { field: value, gt: 6 }',
    'type: value_avg\nrules: [a, b]\ngroup-by: [group]\ntimespan: 5s\ncondition: { field: value, lte: 1 }',
    'type: value_median\nrules: [a, b]\ngroup-by: [group]\ntimespan: 5s\ncondition: { field: value, gte: 3 }',
  ];
  const named = (text: string) => `title: outer\nname: outer\ncorrelation:\n${text.replace(/^/gm, '  ')}\n`;

  it('find together what each finds alone, with little memory too', () => {
    fc.assert(
      fc.property(delivery, fc.constantFrom('0s', '20s', '1h'), ({ events, order, batch }, lateness) => {
        const feed = (text: string) => {
          const detector = createDetector(rulesOf(documents(BASE, text)), {
            lateness: lateness === '0s' ? 0 : lateness,
          });
          const found: Detection[] = [];
          for (let i = 0; i < order.length; i += batch) {
            const part = order.slice(i, i + batch).map((index) => eventOf(events[index]!));
            found.push(...detector.processBatch(part));
          }
          found.push(...detector.advance(START + 10 * 3_600_000));
          return found.filter(({ ruleName }) => ruleName.startsWith('outer'));
        };
        // In no order: that of groups is not promised.
        const summaryOf = (detections: Detection[]) =>
          detections.map((each) => JSON.stringify(plainly(each))).sort();
        const plainly = ({ eventIds, count, firstSeen, lastSeen, level, group }: Detection) => ({
          eventIds,
          count,
          firstSeen,
          lastSeen,
          level,
          group,
        });
        const together = feed(
          documents(...measures.map((text, i) => named(text).replaceAll('outer', `outer${i}`))),
        );
        // How long entries stay depends on the longest of them, so only what is certain to stay can be compared.
        if (lateness !== '1h') return;
        for (const [i, text] of measures.entries()) {
          expect(summaryOf(together.filter(({ ruleName }) => ruleName === `outer${i}`))).toEqual(
            summaryOf(feed(named(text))),
          );
        }
      }),
      { numRuns: 100 },
    );
  });
});
