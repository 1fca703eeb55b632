import { correlationRule, documents, kindRule, rulesOf } from '../test/rules.js';
import { createDetector, type Detector } from './index.js';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);
const count = (name: string, over: string, timespan = '30m', least = 3) =>
  correlationRule(
    name,
    `type: event_count\nrules: [${over}]\ngroup-by: [user]\ntimespan: ${timespan}\ncondition: { gte: ${least} }`,
  );
const event = (kind: string, minute: number) => ({
  id: `${kind}-${minute}`,
  time: START + minute * MINUTE,
  receivedAt: START + minute * MINUTE,
  data: { kind, user: 'ann' },
});
const feed = (detector: Detector, kind: string, minute: number) =>
  detector
    .process(event(kind, minute))
    .filter(({ kind }) => kind === 'correlation')
    .map((detection) => `${detection.ruleName} ${detection.count}`);

const A = kindRule('a');
const B = kindRule('b');

it('goes on with the windows of a correlation that did not change', () => {
  const before = createDetector(rulesOf(documents(A, B, count('many', 'a'))));
  feed(before, 'a', 0);
  feed(before, 'a', 1);
  const after = createDetector(rulesOf(documents(A, B, count('many', 'a'), count('more', 'b'))), {
    replaces: before,
  });
  expect(after.horizon).toBe(90 * MINUTE);
  after.absorb([event('a', 0), event('a', 1), event('b', 0)]);
  expect(after.stats()).toMatchObject({ groups: 1, entries: 1 });
  after.takeOver();
  expect(after.stats()).toMatchObject({ groups: 2, entries: 3, events: 5 });
  expect(feed(after, 'a', 2)).toEqual(['many 3']);
  expect(feed(after, 'b', 3)).toEqual([]);
  expect(feed(after, 'b', 4)).toEqual(['more 3']);
});

it.each([
  ['the correlation', [A, B, count('many', 'a', '31m')]],
  ['the rule it is over', [kindRule('a').replace('level: medium', 'level: high'), B, count('many', 'a')]],
  ['a filter of that rule', [A, B, count('many', 'a'), filter('a')]],
  ['a correlation over it', [A, B, count('many', 'a'), count('storm', 'many', '1h', 1)]],
])('begins with empty windows when %s changed', (_, texts) => {
  const before = createDetector(rulesOf(documents(A, B, count('many', 'a'))));
  feed(before, 'a', 0);
  feed(before, 'a', 1);
  const after = createDetector(rulesOf(documents(...texts)), { replaces: before });
  expect(after.horizon).toBeGreaterThan(0);
  after.takeOver();
  expect(after.stats().entries).toBe(0);
  expect(feed(after, 'a', 2)).toEqual([]);
  expect(feed(after, 'a', 3)).toEqual([]);
});

it('keeps correlations over correlations together', () => {
  const rules = documents(A, B, count('many', 'a', '10m', 2), count('storm', 'many', '1h', 2));
  const before = createDetector(rulesOf(rules));
  feed(before, 'a', 0);
  feed(before, 'a', 1);
  const after = createDetector(rulesOf(documents(rules, count('more', 'b'))), { replaces: before });
  after.takeOver();
  expect(feed(after, 'a', 2)).toEqual(['storm 3']);
});

it('leaves nothing behind that two detectors would share', () => {
  const rules = rulesOf(documents(A, count('many', 'a')));
  const before = createDetector(rules);
  feed(before, 'a', 0);
  const after = createDetector(rules, { replaces: before });
  expect(after.horizon).toBe(0);
  after.takeOver();
  expect(before.stats()).toMatchObject({ groups: 0, entries: 0 });
  feed(before, 'a', 1);
  expect(after.stats()).toMatchObject({ groups: 1, entries: 1 });
});

describe('absence', () => {
  const missing = (timespan = '30m') =>
    correlationRule('missing', `type: absence\nrules: [a, b]\ngroup-by: [user]\ntimespan: ${timespan}`);
  const at = (minute: number) => START + minute * MINUTE;
  const lateness = 5 * MINUTE;

  it('says when something can be found missing, and says it again until it is heard', () => {
    const detector = createDetector(rulesOf(documents(A, B, missing())), { lateness });
    expect(detector.due()).toBe(Infinity);
    detector.process(event('a', 0));
    expect(detector.due()).toBe(at(35));
    expect(detector.advance(at(35))).toEqual([]);
    expect(detector.advance(at(36))).toMatchObject([{ ruleName: 'missing', count: 1 }]);
    expect(detector.now).toBe(at(36));
    expect(detector.due()).toBe(Infinity);
    expect(detector.advance(at(37))).toEqual([]);
    expect(detector.advance(at(38), at(36))).toMatchObject([{ ruleName: 'missing', count: 1 }]);
  });

  it('remembers its questions through a change of other rules', () => {
    const before = createDetector(rulesOf(documents(A, B, missing())), { lateness });
    before.process(event('a', 0));
    const after = createDetector(rulesOf(documents(A, B, missing(), count('more', 'b'))), {
      lateness,
      replaces: before,
    });
    after.takeOver();
    expect(after.due()).toBe(at(35));
    expect(after.advance(at(36))).toMatchObject([{ ruleName: 'missing' }]);
  });

  it('asks for twice its reach when it has to be filled', () => {
    const detector = createDetector(rulesOf(documents(A, B, missing())), { lateness });
    expect(detector.horizon).toBe(70 * MINUTE);
  });
});

function filter(rule: string): string {
  return `title: no bob
name: no_bob
logsource: { product: test }
filter:
  rules: [${rule}]
  selection: { user: bob }
  condition: not selection
`;
}
