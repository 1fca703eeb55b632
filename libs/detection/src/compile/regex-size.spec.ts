import fc from 'fast-check';
import { RE2JS } from 're2js';
import { regexSize } from './regex-size.js';

describe('the estimated size of a regular expression', () => {
  it.each([
    ['a[ab]{900}[^ab]$', 905],
    ['(?:[^x]{0,30}y){30}', 1832],
    ['(?i)[a-z0-9]{300}', 302],
    ['((a{3}){4}){5}', 112],
    ['foo.*bar', 10],
    ['[[:alpha:]\\]]{3}|\\pL{20}', 26],
  ])('is little more than what it is: %s', (source, size) => {
    expect(RE2JS.compile(source).programSize()).toBe(size);
    expect(regexSize(source).instructions).toBeGreaterThanOrEqual(size);
    expect(regexSize(source).instructions).toBeLessThan(2 * size);
  });

  it('is known without building what could not be built', () => {
    expect(regexSize(`(?:${'[a-z]{1000}x'.repeat(100)}){900}`).instructions).toBeGreaterThan(50_000_000);
    expect(regexSize('[\\pL\\PN]'.repeat(100)).ranges).toBeGreaterThan(50_000);
  });

  it('is never too small', () => {
    const atoms = [
      'a',
      '.',
      '\\.',
      '[a-c]',
      '[^\\]x]',
      '\\d',
      '\\pL',
      '\\x{41}',
      '\\Qa+\\E',
      '\\b',
      '$',
      '[[:digit:]]',
    ];
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(...atoms),
        fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => a + b),
        fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `${a}|${b}`),
        fc
          .tuple(
            tie('expression'),
            fc.constantFrom('*', '+', '?', '*?', '{3}', '{2,5}', '{2,}', '{0}', '{0,3}'),
          )
          .map(([inner, times]) => `(?:${inner})${times}`),
        tie('expression').map((inner) => `(${inner})`),
        tie('expression').map((inner) => `(?i:${inner})`),
      ),
    }));
    fc.assert(
      fc.property(expression, (source) => {
        expect(regexSize(source).instructions).toBeGreaterThanOrEqual(RE2JS.compile(source).programSize());
      }),
      { numRuns: 300 },
    );
  });

  it('takes what is no expression as it comes, however long it is', () => {
    for (const source of ['(', ')', '[', '[^', '\\', '{3}', 'a{', '(?', '\\Q', '\\p', '\\x']) {
      expect(regexSize(source).instructions).toBeGreaterThan(0);
      expect(regexSize(source.repeat(20_000 / source.length)).instructions).toBeGreaterThan(0);
    }
  });
});
