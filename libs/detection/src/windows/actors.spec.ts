import { correlationRule, documents, eventRule, rulesOf } from '../../test/rules.js';
import { createDetector, type Detection } from '../index.js';

const START = Date.UTC(2026, 2, 2, 9);
const FAILED = eventRule('failed', 'selection: { kind: failed }\ncondition: selection');

function found(correlation: string, events: readonly object[]): Detection[] {
  const detector = createDetector(rulesOf(documents(FAILED, correlationRule('many', correlation))));
  const last = new Map<string, Detection>();
  for (const [n, data] of events.entries()) {
    const event = { id: `e${n}`, time: START + n * 1000, data: { kind: 'failed', ...data } };
    for (const detection of detector.process(event))
      last.set(detection.groupKey ?? detection.ruleId, detection);
  }
  return [...last.values()].filter(({ kind }) => kind === 'correlation');
}

/** Ten names of one account that look the same. */
const VARIANTS = [
  'alice',
  'Alice',
  'ALICE ',
  'ali\u200bce',
  '\u202ealice\u202c',
  'al\u00adice',
  'alice\ufe0f',
  '\u2066alice\u2069',
  'ａｌｉｃｅ',
  '\ufeffalice',
];

it.each(['user', 'actor.email', 'TargetUserName'])(
  'counts names that look alike in %s as one actor',
  (field) => {
    const events = Array.from({ length: 40 }, (_, n) => ({ [field]: VARIANTS[n % VARIANTS.length] }));
    expect(
      found(
        `type: event_count\nrules: [failed]\ngroup-by: [${field}]\ntimespan: 1h\ncondition: { gte: 40 }`,
        events,
      ),
    ).toMatchObject([{ count: 40, group: { [field]: 'alice' } }]);
  },
);

it('counts them once where actors are counted', () => {
  const spray =
    'type: value_count\nrules: [failed]\ngroup-by: [ip]\ntimespan: 1h\ncondition: { field: user, gte: 3 }';
  const from = (users: readonly string[]) => users.map((user) => ({ ip: '203.0.113.7', user }));
  expect(found(spray, from(VARIANTS))).toEqual([]);
  expect(found(spray, from([...VARIANTS, 'bob', 'carol']))).toHaveLength(1);
});

it('compares other fields as they are', () => {
  const events = [{ key: 'AKIA' }, { key: 'akia' }, { key: 'AKIA ' }];
  expect(
    found('type: event_count\nrules: [failed]\ngroup-by: [key]\ntimespan: 1h\ncondition: { gte: 2 }', events),
  ).toEqual([]);
});

it('follows an alias that names an actor in one of its rules', () => {
  const moved = eventRule('moved', 'selection: { kind: moved }\ncondition: selection');
  const chain = correlationRule(
    'chain',
    'type: temporal\nrules: [failed, moved]\ngroup-by: [who]\ntimespan: 1h\naliases: { who: { failed: user, moved: owner } }',
  );
  const detector = createDetector(rulesOf(documents(FAILED, moved, chain)));
  const detections = [
    { id: '1', time: START, data: { kind: 'failed', user: 'Alice' } },
    { id: '2', time: START + 1000, data: { kind: 'moved', owner: 'ａlice' } },
  ].flatMap((event) => detector.process(event));
  expect(detections.filter(({ kind }) => kind === 'correlation')).toMatchObject([
    { group: { who: 'alice' } },
  ]);
});
