import { beginningOfWords, fold, wordsOf } from './words.js';

it.each([
  ['203.0.113.11', ['203.0.113.11']],
  ['alice@Example.org.', ['alice', 'example.org']],
  ['arn:aws:s3:::pay_roll-data/x', ['arn', 'aws', 's3', 'pay_roll', 'data', 'x']],
  ['... a .. b', ['a', 'b']],
  ['MÜNCHEN', ['mÜnchen']],
  ['', []],
])('finds the words of %s', (text, words) => {
  expect(wordsOf(text)).toEqual(words);
});

it.each([
  ['pay', ['pay']],
  ['203.0.', ['203.0.']],
  ['two wor', ['two', 'wor']],
  ['two ', ['two']],
])('finds the words of %s with the last going on', (text, words) => {
  expect(beginningOfWords(text)).toEqual(words);
});

it('folds a long text in no time', () => {
  const started = performance.now();
  wordsOf('.'.repeat(1_000_000) + 'A'.repeat(1_000_000));
  expect(fold('A'.repeat(10))).toBe('a'.repeat(10));
  expect(performance.now() - started).toBeLessThan(500);
});
