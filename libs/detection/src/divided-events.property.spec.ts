import { effort } from '@mcm/testing';
import fc from 'fast-check';
import { correlationRule, documents, kindRule, rulesOf } from '../test/rules.js';
import {
  createDetector,
  type Detection,
  type Detector,
  type DetectorEvent,
  type MatchedEvents,
  type RuleSet,
} from './index.js';

/** Milliseconds; far in the past, so that nothing can depend on the present. */
const START = Date.UTC(2003, 4, 5);

/** @param upper upper bounds of conditions: with some, threshold hits can be taken back */
const rulesWith = (upper: { count: string; inner: string; average: string }) =>
  rulesOf(
    documents(
      ...['a', 'b', 'c'].map((name) => kindRule(name).replace(`kind: ${name}`, `${name}: true`)),
      ...[
        'type: event_count\nrules: [a, b]\ngroup-by: [user]\ntimespan: 10s\ncondition: { gte: 3 }',
        'type: event_count\nrules: [a]\ntimespan: 7s\ncondition: { gt: 1 }',
        'type: event_count\nrules: [a, b]\ngroup-by: [user, host]\ntimespan: 8s\ncondition: { gte: 2' +
          upper.count +
          ' }',
        'type: value_count\nrules: [a]\ngroup-by: [user]\ntimespan: 10s\ncondition: { field: host, gte: 2 }',
        'type: value_sum\nrules: [a, b]\ngroup-by: [user]\ntimespan: 5s\ncondition: { field: value, gt: 6 }',
        'type: value_avg\nrules: [a, b]\ngroup-by: [host]\ntimespan: 5s\ncondition: { field: value, ' +
          upper.average +
          ' }',
        'type: temporal\nrules: [a, b, c]\ngroup-by: [user]\ntimespan: 6s',
        'type: temporal_ordered\nrules: [a, b, c]\ngroup-by: [host]\ntimespan: 9s',
        'type: absence\nrules: [a, b]\ngroup-by: [user]\ntimespan: 4s',
        'type: absence\nrules: [a]\ngroup-by: [user]\ntimespan: 4s',
        // Over other correlations, by the same field and by another one.
        'type: temporal_ordered\nrules: [inner, c]\ngroup-by: [user]\ntimespan: 12s',
        'type: event_count\nrules: [inner]\ngroup-by: [host]\ntimespan: 12s\ncondition: { gte: 2 }',
      ].map((text, number) =>
        correlationRule(`outer${number}`, text, "summary: '{user} {host} {value} {count} of {a}'\n"),
      ),
      correlationRule(
        'inner',
        'type: event_count\nrules: [a, b]\ngroup-by: [user]\ntimespan: 8s\ncondition: { gte: 2' +
          upper.inner +
          ' }',
      ),
    ),
  );

const RULES = rulesWith({ count: ', lt: 4', inner: ', lt: 5', average: 'lte: 1' });
/** What is found by these depends on the events alone, however they come. */
const STEADY_RULES = rulesWith({ count: '', inner: '', average: 'gte: 0' });

interface Happening {
  time: number;
  late: number;
  kinds: string[];
  user: string | string[];
  host: string;
  value: number | number[] | string;
}
const happening: fc.Arbitrary<Happening> = fc.record({
  time: fc.integer({ min: 0, max: 40 }),
  late: fc.integer({ min: 0, max: 5 }),
  kinds: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
  user: fc.constantFrom<string | string[]>('ann', 'ann', 'bob', ['ann', 'bob'], '1\nx', ''),
  host: fc.constantFrom('h1', 'h2', '2:h1'),
  value: fc.constantFrom<number | number[] | string>(0, 1, 2.5, 4, [1, 2], 'many'),
});

interface Delivery {
  /** Which of the detectors gets it. */
  to: number;
  events: DetectorEvent[];
}
/**
 * Events in any order, some twice, in batches of any size, each for one of three detectors.
 *
 * @param apart no two happen at the same moment
 */
const deliveriesOf = (apart: boolean): fc.Arbitrary<Delivery[]> =>
  fc
    .array(happening, { maxLength: 40, size: 'max' })
    .map((happenings) => happenings.map((each, i) => eventOf(each, i, apart ? i : 0)))
    .chain((events) =>
      fc
        .array(fc.integer({ min: 0, max: Math.max(0, events.length - 1) }), { maxLength: 15 })
        .map((again) => (events.length === 0 ? [] : [...events, ...again.map((i) => events[i]!)]))
        .chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
    )
    .chain((all) =>
      fc
        .array(fc.record({ to: fc.integer({ min: 0, max: 2 }), size: fc.integer({ min: 1, max: 6 }) }), {
          minLength: 60,
          maxLength: 60,
        })
        .map((cuts) => {
          const rest = [...all];
          return cuts
            .map(({ to, size }) => ({ to, events: rest.splice(0, size) }))
            .filter(({ events }) => events.length > 0);
        }),
    );

function eventOf(
  { time, late, kinds, user, host, value }: Happening,
  i: number,
  after: number,
): DetectorEvent {
  return {
    id: `e${i}`,
    time: START + time * 1000 + after,
    receivedAt: START + (time + late) * 1000,
    data: { ...Object.fromEntries(kinds.map((kind) => [kind, true])), user, host, value },
  };
}

const detectorOf = (rules: RuleSet, lateness = '30s') => createDetector(rules, { lateness });

/** What detections say, in no order: that of episodes which nothing is new about is not promised. */
const summaryOf = (detections: readonly Detection[]) =>
  detections.map((detection) => JSON.stringify(detection)).sort();

/** Detectors that divide events and keep a common list of what they matched. */
class Replicas {
  private readonly log: { from: number; text: string }[] = [];
  private readonly stored: DetectorEvent[] = [];
  private readonly members: { detector: Detector; position: number }[];

  constructor(
    number: number,
    private readonly rules = RULES,
    private readonly lateness = '30s',
  ) {
    this.members = Array.from({ length: number }, () => ({
      detector: detectorOf(rules, lateness),
      position: 0,
    }));
  }

  /** Any time may pass until {@link finish}: others may match, share and evaluate meanwhile. */
  begin({ to, events }: Delivery): MatchedEvents {
    this.stored.push(...events);
    return this.members[to]!.detector.match(events);
  }

  finish({ to }: Delivery, matched: MatchedEvents) {
    const member = this.members[to]!;
    const others = this.log.slice(member.position).filter(({ from }) => from !== to);
    this.log.push({ from: to, text: matched.encode() });
    member.position = this.log.length;
    for (const { text } of others) {
      expect(member.detector.applyMatches(text)).toEqual({ unknown: undefined, missing: [] });
    }
    return member.detector.enter(matched);
  }

  /** Another process takes the place of one that died: it reads what is stored, and then what the others match. */
  replace(number: number): void {
    const position = this.log.length;
    const detector = detectorOf(this.rules, this.lateness);
    detector.absorb([...this.stored].sort((a, b) => Number(a.receivedAt) - Number(b.receivedAt)));
    this.members[number] = { detector, position };
  }
}

describe('detectors that divide events', () => {
  it('find with each batch exactly what one detector finds that gets them all', () => {
    fc.assert(
      fc.property(deliveriesOf(false), (batches) => {
        const one = detectorOf(RULES);
        const three = new Replicas(3);
        // Each has matched its batch before the one before is shared.
        let next = batches[0] && three.begin(batches[0]);
        for (const [i, batch] of batches.entries()) {
          const matched = next!;
          next = batches[i + 1] && three.begin(batches[i + 1]!);
          expect(JSON.stringify(three.finish(batch, matched))).toBe(
            JSON.stringify(one.processBatch(batch.events)),
          );
        }
      }),
      { numRuns: effort(25) },
    );
  });

  it('find it too when some of them die between sharing a batch and telling what it led to', () => {
    const deaths = fc.array(fc.record({ at: fc.nat(30), heir: fc.integer({ min: 0, max: 2 }) }), {
      maxLength: 4,
    });
    fc.assert(
      // Of events of one moment the order in which they come decides which of them a correlation over correlations names.
      fc.property(deliveriesOf(true), deaths, (batches, dying) => {
        // Nothing is forgotten here: what is remembered of forgotten events is read from findings, not from events.
        const one = detectorOf(STEADY_RULES, '1h');
        const three = new Replicas(3, STEADY_RULES, '1h');
        const evaluate = (batch: Delivery) => three.finish(batch, three.begin(batch));
        const again: Delivery[] = [];
        for (const [i, batch] of batches.entries()) {
          one.processBatch(batch.events);
          evaluate(batch);
          const death = dying.find(({ at }) => at === i);
          if (death === undefined) continue;
          three.replace(batch.to);
          again.push({ to: death.heir, events: batch.events });
        }
        // The bus delivers again what was not acknowledged, and that names everything which was not reported.
        for (const batch of again) {
          expect(summaryOf(evaluate(batch))).toEqual(summaryOf(one.processBatch(batch.events)));
        }
      }),
      { numRuns: effort(25) },
    );
  });

  it('apply again what they have applied already', () => {
    fc.assert(
      fc.property(deliveriesOf(false), (batches) => {
        const [one, other] = [detectorOf(STEADY_RULES, '1h'), detectorOf(STEADY_RULES, '1h')];
        for (const { events } of batches) {
          const matched = one.match(events);
          const text = matched.encode();
          const found = one.enter(matched);
          one.applyMatches(text);
          other.applyMatches(text);
          other.applyMatches(text);
          expect(summaryOf(other.processBatch(events))).toEqual(summaryOf(found));
        }
      }),
      { numRuns: effort(25) },
    );
  });
});

describe('detectors with other rules', () => {
  const event = (kind: string, id: string): DetectorEvent => ({
    id,
    time: START,
    receivedAt: START + 5,
    data: { kind, user: 'ann' },
  });
  const count = (name: string, over: string) =>
    correlationRule(
      name,
      `type: event_count\nrules: [${over}]\ngroup-by: [user]\ntimespan: 1m\ncondition: { gte: 2 }`,
    );
  const [A, B] = [kindRule('a'), kindRule('b')];
  /** What correlations say of the events, and the text for others. */
  const share = (detector: Detector, ...events: DetectorEvent[]) => {
    const matched = detector.match(events);
    const found = detector
      .enter(matched)
      .filter(({ kind }) => kind === 'correlation')
      .map((detection) => `${detection.ruleName} ${detection.count}`);
    return { found, text: matched.encode() };
  };

  it('use what fits, and say which events their other windows lack', () => {
    const before = detectorOf(rulesOf(documents(A, B, count('many', 'a'))));
    const after = detectorOf(rulesOf(documents(A, B, count('many', 'a'), count('more', 'b'))));
    const first = share(before, event('a', '1'), event('b', '2'));
    const lacking = { unknown: { since: START + 5, until: START + 5 }, missing: [] };
    expect(after.applyMatches(first.text)).toEqual(lacking);
    const second = share(after, event('a', '3'), event('b', '4'));
    expect(second.found).toEqual(['many 2']);
    expect(before.applyMatches(second.text).unknown).toBeUndefined();
    expect(share(before, event('a', '5'), event('b', '6')).found).toEqual(['many 3']);
  });

  it('have windows apart when something else gives the rules another meaning', () => {
    const rules = rulesOf(documents(A, count('many', 'a')));
    const [one, other] = ['x', 'y'].map((meaning) => createDetector(rules, { meaning }));
    expect(other!.applyMatches(share(one!, event('a', '1')).text).unknown).toBeDefined();
    expect(share(other!, event('a', '2'), event('a', '3')).found).toEqual(['many 2']);
  });

  it('want nothing for windows that another detector of the same process fills', () => {
    const before = detectorOf(rulesOf(documents(A, B, count('many', 'a'))));
    const rules = rulesOf(documents(A, B, count('many', 'a'), count('more', 'b')));
    const after = createDetector(rules, { lateness: '30s', replaces: before });
    const third = detectorOf(rulesOf(documents(B, count('more', 'b'))));
    const { text } = share(third, event('b', '1'));
    expect(after.applyMatches(text).unknown).toBeUndefined();
    after.takeOver();
    expect(after.applyMatches(text).unknown).toBeDefined();
    expect(share(after, event('b', '2')).found).toEqual(['more 2']);
  });

  it('pass on how late it is, although nothing matched', () => {
    const [one, other] = [detectorOf(RULES), detectorOf(RULES)];
    other.applyMatches(one.match([{ id: '1', time: START, receivedAt: START + 9, data: {} }]).encode());
    expect(other.now).toBe(START + 9);
    other.applyMatches(one.match([]).encode());
    expect(other.now).toBe(START + 9);
  });

  it('refuse what is no encoding, and take one of another version for one that lacks everything', () => {
    const detector = detectorOf(RULES);
    for (const text of ['{', '7', 'null', '{}']) {
      expect(() => detector.applyMatches(text)).toThrow(
        expect.objectContaining({ kind: 'internal', code: 'DETECTION.BAD_MATCHES' }),
      );
    }
    expect(detector.applyMatches('{"v":0,"since":5,"until":7,"more":[]}')).toEqual({
      unknown: { since: 5, until: 7 },
      missing: [],
    });
    expect(detector.now).toBe(7);
  });
});

it('detectors all find what is missing when one of them says that time has passed', () => {
  const rules = rulesOf(
    documents(
      kindRule('a'),
      kindRule('b'),
      correlationRule('unanswered', 'type: absence\nrules: [a, b]\ngroup-by: [user]\ntimespan: 4s'),
      correlationRule(
        'many',
        'type: event_count\nrules: [a]\ngroup-by: [user]\ntimespan: 4s\ncondition: { gte: 1 }',
      ),
    ),
  );
  const [one, other] = [detectorOf(rules), detectorOf(rules)];
  const asked = one.match([{ id: '1', time: START, receivedAt: START, data: { kind: 'a', user: 'ann' } }]);
  one.enter(asked);
  other.applyMatches(asked.encode());
  const passed = one.passing(START + 40_000);
  expect(one.enter(passed)).toMatchObject([{ ruleName: 'unanswered', count: 1 }]);
  expect(other.applyMatches(passed.encode())).toMatchObject({
    unknown: undefined,
    missing: [{ ruleName: 'unanswered', count: 1 }],
  });
  expect(other.due()).toBe(Infinity);
  expect(other.applyMatches(one.passing(START + 40_001).encode()).missing).toEqual([]);
  // Who let it pass may not have come to tell: another can, and tells what it knows since then.
  expect(other.enter(other.passing(START + 40_002), START + 40_000)).toHaveLength(1);
});
