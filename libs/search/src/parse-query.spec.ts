import { AppError } from '@mcm/kernel';
import { effort } from '@mcm/testing';
import fc from 'fast-check';
import { EVENTS } from './event-target.js';
import { parseQuery } from './parse-query.js';
import type { Query } from './query.js';

const parsed = (text: string) => parseQuery(text, EVENTS);
const words = (text: string, prefix = false): Query => ({ kind: 'words', words: text, prefix });
const field = (path: string, ...parts: string[]): Query => ({
  kind: 'field',
  path: path.split('.'),
  test: { kind: 'equals', parts },
});
const all = (...of: Query[]): Query => ({ kind: 'all', of });
const any = (...of: Query[]): Query => ({ kind: 'any', of });
const not = (of: Query): Query => ({ kind: 'not', of });

it.each<[string, Query]>([
  ['', { kind: 'everything' }],
  ['  ', { kind: 'everything' }],
  ['*', { kind: 'everything' }],
  ['*:*', { kind: 'everything' }],
  ['ip:203.0.113.11', field('ip', '203.0.113.11')],
  ['ip:2001:db8::1', field('ip', '2001:db8::1')],
  [
    'user:alice -event_type:login_success',
    all(field('user', 'alice'), not(field('event_type', 'login_success'))),
  ],
  ['raw_data.requestParameters.bucketName:pay*', field('raw_data.requestParameters.bucketName', 'pay', '')],
  ['name:*part*', field('name', '', 'part', '')],
  ['name:a\\*b', field('name', 'a*b')],
  ['name:"a*b"', field('name', 'a*b')],
  ['name:"two words"*', field('name', 'two words', '')],
  ['name:""', field('name', '')],
  ['name:"say \\"hi\\" \\\\ \\n"', field('name', 'say "hi" \\ \\n')],
  ['"Exact  Words"', words('exact words')],
  ['payroll-data', words('payroll data')],
  ['Bare words', all(words('bare'), words('words'))],
  ['203.0.113.*', words('203.0.113.', true)],
  ["O'Brien", words('o brien')],
  ['ünï:CÖDE', field('ünï', 'CÖDE')],
  [
    'raw_data."source.ip":x',
    { kind: 'field', path: ['raw_data', 'source.ip'], test: { kind: 'equals', parts: ['x'] } },
  ],
  ['code:>400', { kind: 'field', path: ['code'], test: { kind: 'compare', operator: '>', value: '400' } }],
  [
    'code:<=-4.5',
    { kind: 'field', path: ['code'], test: { kind: 'compare', operator: '<=', value: '-4.5' } },
  ],
  ['code:"">', field('code', '>')],
  ['code:*', { kind: 'field', path: ['code'], test: { kind: 'exists' } }],
  ['not a and (b or c)', all(not(words('a')), any(words('b'), words('c')))],
  ['a b or c d', any(all(words('a'), words('b')), all(words('c'), words('d')))],
  ['A AND NOT B OR "or"', any(all(words('a'), not(words('b'))), words('or'))],
  ['-(a b)', not(all(words('a'), words('b')))],
  ['not not a', not(not(words('a')))],
  ['ip:(1.1.1.1 or -2*)', any(field('ip', '1.1.1.1'), not(field('ip', '2', '')))],
  ['notable order android', all(words('notable'), words('order'), words('android'))],
  ['not(a)or(b)', any(not(words('a')), words('b'))],
])('reads %s', (text, expected) => {
  expect(parsed(text)).toEqual(expected);
});

it.each([
  ['ip:', 4, 'value has to follow'],
  ['ip: 203.0.113.11', 4, 'without a blank'],
  ['a and', 6, 'missing at the end'],
  ['(a or b', 1, 'not closed'],
  ['a or b)', 7, 'no ( for this )'],
  ['a ()', 4, 'missing before this )'],
  ['and a', 1, 'before this operator'],
  ['a or or b', 6, 'before this operator'],
  ['user:"alice', 6, 'quote is not closed'],
  ['a\\', 2, 'backslash'],
  ['a - b', 3, 'right after -'],
  ['path:/^a.*b$/', 6, 'regular expressions'],
  ['/a.*/i', 1, 'regular expressions'],
  ['code:[1 TO 5]', 6, 'ranges are written'],
  ['a && b', 3, 'operators are and, or, not'],
  ['*pay', 1, 'at its end alone'],
  ['p*y', 1, 'at its end alone'],
  ['a:b*c*d*e*f*g*h', 3, 'at most 5 wildcards'],
  ['raw*:x', 1, 'takes no *'],
  ['a..b:x', 1, 'missing here'],
  [':x', 1, 'missing here'],
  ['raw_data:x', 1, 'behind a dot'],
  ['user.name:x', 1, 'raw_data.user.name'],
  ['uid:abc', 1, 'UUID'],
  ['timestamp:>yesterday', 1, 'a day or a time'],
  ['timestamp:2026-02-30', 1, 'a day or a time'],
  ['user:>a', 1, 'no > or <'],
  ['code:>4*', 7, 'takes no *'],
  [Array(101).fill('a').join(' '), 201, 'at most 100 terms'],
  [Array(10_000).fill('a').join(' or '), 8001, '100 terms'],
  ['('.repeat(21) + 'a' + ')'.repeat(21), 21, '20 deep'],
  ['-'.repeat(5000) + 'a', 21, '20 deep'],
  [`${Array(33).fill('a').join('.')}:x`, 1, '32 parts'],
  ['a\u0000', 1, 'U+0000'],
  ['a\ud800', 1, 'surrogate'],
])('refuses %s and names the column', (text, column, sentence) => {
  const refused = () => parsed(text);
  expect(refused).toThrow(AppError);
  expect(refused).toThrow(expect.objectContaining({ kind: 'invalid', code: 'SEARCH.INVALID_QUERY' }));
  expect(refused).toThrow(`q, column ${column}: `);
  expect(refused).toThrow(sentence);
});

it('reads or refuses whatever it is given', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '(',
      ')',
      ':',
      '"',
      '\\',
      '*',
      '-',
      ' ',
      'and',
      'or',
      'not',
      '>',
      '.',
      '/',
      'a',
      'user',
      '1',
    ),
    fc.string({ unit: 'binary', maxLength: 5 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      try {
        parsed(pieces.join(''));
      } catch (error) {
        expect(error).toMatchObject({ code: 'SEARCH.INVALID_QUERY', errors: [{ pointer: 'q' }] });
      }
    }),
    { numRuns: effort(200) },
  );
});

it('takes no longer for a hostile query than for a plain one', () => {
  const started = performance.now();
  for (const unit of ['"a" ', 'a:b*c ', '(((( ', '-- ', '\\\\', '.', '....a ', ' ']) {
    try {
      parsed(unit.repeat(8000 / unit.length));
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
    }
  }
  expect(performance.now() - started).toBeLessThan(1_000);
});
