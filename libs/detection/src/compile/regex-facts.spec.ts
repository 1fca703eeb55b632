import fc from 'fast-check';
import { RE2JS } from 're2js';
import { fold } from './fold.js';
import { regexFacts } from './regex-facts.js';

describe('what is certain about the texts of a regular expression', () => {
  it.each<[string, string, number, readonly string[] | undefined]>([
    ['cmd\\.exe', '', 7, ['cmd.exe']],
    ['^CMD', '', 3, ['cmd']],
    ['a.c', '', 3, ['c']],
    ['ab+cde', '', 5, ['cde']],
    ['abc?', '', 2, ['abc', 'ab']],
    ['(foo|barn)x', '', 4, ['foox', 'barnx']],
    ['(foo|.)bar', '', 4, ['bar']],
    ['(foo|.)', '', 1, undefined],
    ['x{3}', '', 3, ['xxx']],
    ['.{1000,}', '', 1000, undefined],
    ['\\s[a-f]{64}', '', 65, undefined],
    ['(?i)passwd', '', 6, ['wd']],
    ['netcat', 'i', 6, ['netcat']],
    ['(?:ab){2}', '', 4, ['abab']],
    ['(?P<n>ab)c', '', 3, ['abc']],
    ['ÄB', 'i', 2, ['b']],
    ['a\\tb', '', 3, ['a\tb']],
    ['', '', 0, undefined],
    ['a|', '', 0, undefined],
    ['a*', '', 0, undefined],
  ])('%s (%s)', (source, flags, length, literals) => {
    expect(regexFacts(source, flags)).toEqual({ length, literals });
  });

  it.each(['a\\x41', '\\Qa.b\\E', '\\pLab', '[[:alpha:]]ab', 'a{2', '[a-', '\\', '(a'])(
    'claims nothing where it does not understand: %s',
    (source) => {
      expect(regexFacts(source, '')).toEqual({ length: 0, literals: undefined });
    },
  );

  it('holds for every text that matches', () => {
    const atom = fc.constantFrom(
      'a',
      'B',
      's',
      'K',
      'ß',
      '.',
      '\\.',
      '[ab]',
      '[^x]',
      '\\d',
      '\\s',
      '\\b',
      '^',
      '$',
    );
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 4 },
        atom,
        fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => a + b),
        fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a}|${b})`),
        fc
          .tuple(tie('expression'), fc.constantFrom('*', '+', '?', '{0,2}', '{2}', '{1,}', '*?'))
          .map(([a, times]) => `(?:${a})${times}`),
        tie('expression').map((a) => `(?i)${a}`),
      ),
    }));
    const text = fc.string({
      maxLength: 8,
      unit: fc.constantFrom('a', 'A', 'b', 'B', 's', 'S', 'ſ', 'k', '\u212A', 'ß', '.', '1', ' '),
    });
    let matched = 0;
    fc.assert(
      fc.property(
        expression,
        fc.constantFrom('', 'i'),
        fc.array(text, { maxLength: 12 }),
        (source, flags, texts) => {
          const regex = RE2JS.compile(source, flags === 'i' ? RE2JS.CASE_INSENSITIVE : 0);
          const { length, literals } = regexFacts(source, flags);
          for (const each of texts) {
            if (!regex.test(each)) continue;
            matched += 1;
            expect(each.length).toBeGreaterThanOrEqual(length);
            if (literals !== undefined) {
              expect(literals.some((literal) => fold(each).includes(literal))).toBe(true);
            }
          }
        },
      ),
      { numRuns: 1000 },
    );
    expect(matched).toBeGreaterThan(200);
  });
});
