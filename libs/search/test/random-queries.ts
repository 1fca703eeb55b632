import fc from 'fast-check';
import { COMPARISONS, type FieldTest, type Query } from '../src/query.js';
import { beginningOfWords, wordsOf } from '../src/words.js';

/** Few texts that are near each other, so that random queries find some of the random events. */
const TEXTS = [
  'alice',
  'Alice',
  'al_ce',
  'al%ce',
  'a\\b',
  'ａｌｉｃｅ',
  'München MÜNCHEN',
  '203.0.113.11',
  '203.0.113.110',
  'arn:aws:s3:::Payroll-Data',
  'x..y. .z',
  'one "two"\nthree\ttwo one',
  '400',
  '0400',
  '-4.5',
  'true',
  '',
  '2026-01-15T12:00:00Z',
  '💩 end',
  'tab\\nno line\u0001one',
  `${'w'.repeat(70)} one`,
];
const text = fc.constantFrom(...TEXTS);
const NAMES = ['ip', 'list', 'a b', 'a.b', 'q"', 'ünï', '__proto__', 'user', 'x'];
const name = fc.constantFrom(...NAMES);
const scalar = fc.oneof(text, fc.constantFrom(0, 1, 400, -4.5, 99.25, 401), fc.boolean(), fc.constant(null));
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 3 }).map((fields) => Object.fromEntries(fields)),
  ),
}));
export const randomRawData = fc
  .array(fc.tuple(name, value), { maxLength: 5 })
  .map((fields) => Object.fromEntries(fields) as Record<string, unknown>);

export const randomEvent = fc.record({
  source: fc.constantFrom('api', 'cloudtrail', 'API'),
  event_type: fc.constantFrom('login_failed', 'Login_Success'),
  user: text.filter((each) => each !== ''),
  event_id: text.filter((each) => each !== ''),
  timestamp: fc.constantFrom(
    '2026-01-15T00:00:00.000Z',
    '2026-01-15T23:59:59.999Z',
    '2026-01-16T00:00:00.000Z',
  ),
  raw_data: randomRawData,
});

const part = fc.oneof(text, fc.constantFrom('a', 'l', '.', '11', 'pay', '0', '"', ''));
const test: fc.Arbitrary<FieldTest> = fc.oneof(
  fc.constant<FieldTest>({ kind: 'exists' }),
  fc.array(part, { minLength: 1, maxLength: 3 }).map((parts): FieldTest => ({ kind: 'equals', parts })),
  fc
    .tuple(fc.constantFrom(...COMPARISONS), fc.oneof(text, fc.constantFrom('0', '99.25', '401', 'm')))
    .map(([operator, value]): FieldTest => ({ kind: 'compare', operator, value })),
);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => ['raw_data', ...names]);
const column = fc.oneof(
  fc
    .tuple(fc.constantFrom('source', 'event_type', 'user', 'event_id'), test)
    .filter(([, { kind }]) => kind !== 'compare'),
  fc.tuple(
    fc.constant('timestamp'),
    fc.constantFrom<FieldTest>(
      { kind: 'equals', parts: ['2026-01-15'] },
      { kind: 'equals', parts: ['2026-01-16T00:00:00Z'] },
      { kind: 'compare', operator: '>', value: '2026-01-15' },
      { kind: 'compare', operator: '<=', value: '2026-01-15' },
    ),
  ),
  fc.constant<[string, FieldTest]>(['conflicts_with', { kind: 'exists' }]),
);
const words = fc
  .tuple(fc.oneof(text, fc.constantFrom('two', 'one', 'payroll data', '203.0.113', 'al', 'x')), fc.boolean())
  .map(([each, prefix]) => ({ words: (prefix ? beginningOfWords(each) : wordsOf(each)).join(' '), prefix }))
  .filter((each) => each.words !== '')
  .map((each): Query => ({ kind: 'words', ...each }));

export const randomQuery = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    words,
    fc.tuple(path, test).map(([to, asked]): Query => ({ kind: 'field', path: to, test: asked })),
    column.map(([to, asked]): Query => ({ kind: 'field', path: [to], test: asked })),
    tie('query').map((of): Query => ({ kind: 'not', of })),
    fc
      .tuple(
        fc.constantFrom('all' as const, 'any' as const),
        fc.array(tie('query'), { minLength: 2, maxLength: 3 }),
      )
      .map(([kind, of]): Query => ({ kind, of })),
  ),
})).query;
