import { effort } from '@mcm/testing';
import fc from 'fast-check';
import { holdsPlainly } from '../../test/plain-evaluator.js';
import { documents } from '../../test/rules.js';
import { createDetector, loadRules } from '../index.js';

/** Words that overlap, so that literals, prefixes and suffixes meet often. */
const word = fc.oneof(
  fc.constantFrom(
    'cmd',
    'cmd.exe',
    '.exe',
    '\\cmd.exe',
    'c:\\windows\\cmd.exe',
    'a',
    'ab',
    'abc',
    'bcd',
    '-enc',
    ' -ENC x',
  ),
  fc.constantFrom(
    '10.1.2.3',
    '4625',
    'ΟΔΟΣ',
    'οδος',
    'İ',
    'ß',
    '😀',
    'ſk',
    'K',
    '',
    ' ',
    '2024-05-06T07:08:09Z',
  ),
  fc.string({ maxLength: 6, unit: fc.constantFrom('a', 'b', 'c', '.', '\\', 'S', 's', 'K', 'Σ') }),
);
const value = fc.oneof(
  { weight: 8, arbitrary: word },
  { weight: 1, arbitrary: fc.tuple(word, word).map(([a, b]) => `${a}*${b}`) },
  { weight: 1, arbitrary: fc.tuple(word, word).map(([a, b]) => `${a}?${b}`) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 9 }) },
  { weight: 1, arbitrary: fc.constantFrom(null, true) },
);
const expression = fc.constantFrom(
  'a.c',
  '^ab+c',
  'cmd\\.exe$',
  '(ab|cd)',
  '(?i)sk',
  'ab?c',
  '[ab]cd',
  'a{0,2}bc',
  '\\\\cmd',
  'ab(c|d)+cd',
  '',
);

const item = fc.oneof(
  {
    weight: 10,
    arbitrary: fc
      .tuple(
        fc.constantFrom('f', 'g', 'h.i', ''),
        fc.constantFrom(
          '',
          '|contains',
          '|startswith',
          '|endswith',
          '|contains|all',
          '|cased',
          '|contains|cased',
          '|neq',
          '|contains|windash',
          '|all',
        ),
        fc.array(value, { minLength: 1, maxLength: 5 }),
      )
      .map(([field, modifiers, values]): [string, unknown] => [`${field}${modifiers}`, values]),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom('f', 'g', 'h.i', ''),
        fc.constantFrom('', '|i', '|neq'),
        fc.array(expression, { minLength: 1, maxLength: 3 }),
      )
      .map(([field, flags, values]): [string, unknown] => [`${field}|re${flags}`, values]),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<[string, unknown]>(
      ['f|exists', true],
      ['g|exists', false],
      ['f|cidr', '10.0.0.0/8'],
      ['g|gte', 5],
      ['f|fieldref', 'g'],
      ['f|hour', 7],
      ['f', null],
    ),
  },
);
const selection = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .uniqueArray(item, { minLength: 1, maxLength: 3, selector: ([key]) => key })
      .map((items) => Object.fromEntries(items)),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(item, { minLength: 1, maxLength: 3 })
      .map((items) => items.map((each) => Object.fromEntries([each]))),
  },
  {
    weight: 1,
    arbitrary: fc.array(
      word.filter((each) => each !== ''),
      { minLength: 1, maxLength: 3 },
    ),
  },
);
const rule = fc.record({
  s1: selection,
  s2: selection,
  s3: selection,
  condition: fc.constantFrom(
    's1',
    's1 and s2',
    's1 or s2',
    's1 and not s2',
    '1 of s*',
    'all of s*',
    'not s1',
    '(s1 or s2) and not s3',
    's1 and 1 of s*',
  ),
});
const field = fc.oneof(
  word,
  fc.array(word, { maxLength: 3 }),
  fc.integer({ min: 0, max: 9 }),
  fc.constant(null),
);
const data = fc.record(
  { f: field, g: field, h: fc.record({ i: field }), 'h.i': field },
  { requiredKeys: [] },
);

describe('a detector', () => {
  it('finds exactly what evaluating every rule finds, and what evaluating it by the book finds', () => {
    let matched = 0;
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 1, maxLength: 12 }),
        fc.array(data, { minLength: 1, maxLength: 8 }),
        (detections, events) => {
          const text = documents(
            ...detections.map((detection, i) =>
              JSON.stringify({ title: `r${i}`, name: `r${i}`, logsource: { product: 'p' }, detection }),
            ),
          );
          const { rules } = loadRules([{ path: 'r.yml', text }]);
          const indexed = createDetector(rules);
          const unindexed = createDetector(rules, { index: false });
          for (const [i, record] of events.entries()) {
            const found = indexed.process({ id: `${i}`, data: record }).map(({ ruleName }) => ruleName);
            const other = unindexed.process({ id: `${i}`, data: record }).map(({ ruleName }) => ruleName);
            const plain = rules.eventRules().filter((each) => holdsPlainly(each, record));
            expect(found).toEqual(other);
            expect(found).toEqual(plain.map(({ name }) => name));
            matched += found.length;
          }
        },
      ),
      { numRuns: effort(80) },
    );
    expect(matched).toBeGreaterThan(200);
  });
});

describe('anything at all', () => {
  it('as an event is survived', () => {
    const { rules } = loadRules([
      {
        path: 'r.yml',
        text: documents(
          'title: a\nname: a\nlogsource: { product: p }\ndetection: { s: { a|contains: x }, k: [x, 1], c: { b.c.d|re: x }, condition: s or k or c }',
          'title: b\ncorrelation: { type: value_count, rules: [a], group-by: [a, b.c], timespan: 1h, condition: { field: d, gte: 1 } }',
        ),
      },
    ]);
    const detector = createDetector(rules);
    fc.assert(
      fc.property(
        fc.object({
          withBigInt: true,
          withDate: true,
          withNullPrototype: true,
          withSparseArray: true,
          withTypedArray: true,
        }),
        fc.date({ noInvalidDate: false }),
        (record, time) => {
          for (const detection of detector.process({ id: 'x', time, data: record }))
            JSON.stringify(detection.reasons);
        },
      ),
      { numRuns: effort(100) },
    );
    let deep: Record<string, unknown> = { a: 'x' };
    for (let i = 0; i < 10_000; i += 1) deep = { b: deep, c: [deep['b']] };
    const hostile = [
      deep,
      { a: 'x'.repeat(1_000_000) },
      { a: Array.from({ length: 100_000 }, () => 'x') },
      Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, 'x'])),
    ];
    for (const record of hostile) {
      const found = detector.process({ id: 'y', time: 0, data: record });
      expect(JSON.stringify(found).length).toBeLessThan(1_000_000);
    }
  });

  it('as a rule file is survived, with a problem or a rule as the answer', () => {
    const good = documents(
      'title: a\nid: 5d1f\nlogsource: { product: p }\ndetection:\n  s: { a|contains|all: [\'x*\', "y"] }\n  condition: s and not 1 of s*\nlevel: high\ntests:\n  - { name: t, events: [{ a: 1 }], expect: { match: true } }',
      'title: b\nname: b\ncorrelation:\n  type: event_count\n  rules: [a, b]\n  group-by: user\n  timespan: 1h\n  condition: { gte: 3 }',
      'title: c\nlogsource: { product: p }\nfilter:\n  rules: any\n  x: { b: 1 }\n  condition: not x',
    );
    const piece = fc.constantFrom(
      '|re',
      '*',
      '[',
      ']',
      '{',
      '}',
      ':',
      '- ',
      '\n',
      '  ',
      '"',
      "'",
      '&a ',
      '*a',
      'not ',
      '(',
      '~',
      '!!',
      '|',
      '>',
      '%',
      '\\',
      '\u0000',
      '---\n',
      'null',
      '1e999',
      '0x10',
      '<<: ',
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length), fc.nat(12), piece), { minLength: 1, maxLength: 8 }),
        (edits) => {
          let text = good;
          for (const [at, cut, insert] of edits) text = text.slice(0, at) + insert + text.slice(at + cut);
          const { rules, problems } = loadRules([{ path: 'r.yml', text }]);
          createDetector(rules).process({ id: '1', time: 0, data: { a: 'xy', user: 'u' } });
          for (const { line, column, message } of problems) {
            expect(line).toBeGreaterThan(0);
            expect(column).toBeGreaterThan(0);
            expect(message).not.toBe('');
          }
        },
      ),
      { numRuns: effort(100) },
    );
  });
});
