import { correlationRule, documents, eventRule } from '../../test/rules.js';
import { loadRules } from '../index.js';

/** Makes a rule one of ours: told what ours are told. */
const OURS = 'compliance: { tsc: [CC6.1] }\n';
const TESTS = [
  'tests:',
  '  - { name: a, events: [{ f: abcd, g: 1, deep: { in: x } }], expect: { match: true } }',
  '  - { name: b, events: [{ f: z }], expect: { match: false } }',
  '',
].join('\n');
const ours = (detection: string, name = 'r') => `${eventRule(name, detection)}${OURS}${TESTS}`;

const warningsOf = (...sources: string[]) =>
  loadRules(sources.map((text, i) => ({ path: `pack${i}/r.yml`, text }))).problems.map(
    ({ severity, code, line, column, message }) => ({ severity, code, line, column, message }),
  );
const codesOf = (...sources: string[]) => warningsOf(...sources).map(({ code }) => code);

describe('what is said about rules that load', () => {
  it('is nothing when there is nothing to say', () => {
    expect(warningsOf(ours('s: { f|startswith: ab, g: 1 }\ncondition: s'))).toEqual([]);
  });

  it('names what is missing in a pack of our kind, and only there', () => {
    const bare = eventRule('bare', 's: { f: a }\ncondition: s').replace(/description.*\n/, '');
    expect(codesOf(bare)).toEqual(['RULE.NO_DESCRIPTION']);
    expect(codesOf(documents(bare, ours('s: { f: abcd }\ncondition: s')))).toEqual([
      'RULE.NO_DESCRIPTION',
      'TEST.NONE',
      'RULE.NO_CONTROLS',
    ]);
    expect(codesOf(bare, ours('s: { f: abcd }\ncondition: s'))).toEqual(['RULE.NO_DESCRIPTION']);
  });

  it.each([
    [
      'a value listed twice',
      's: { f: [abcd, ABCD] }\ncondition: s',
      'DETECTION.SHADOWED',
      '"ABCD" of "f" changes nothing beside "abcd"',
    ],
    ['a narrower value', 's: { f|contains: [bc, abc] }\ncondition: s', 'DETECTION.SHADOWED', '"*abc*" of'],
    ['a narrower ending', 's: { f|endswith: [d, cd] }\ncondition: s', 'DETECTION.SHADOWED', '"*cd" of'],
    [
      'a wider value where all must hold',
      's: { f|contains|all: [bc, abc] }\ncondition: s',
      'DETECTION.SHADOWED',
      '"*bc*" of',
    ],
    [
      'an alternative that asks for more',
      's: [{ f: abcd }, { f: abcd, g: 1 }]\ncondition: s',
      'DETECTION.SHADOWED',
      'Another alternative',
    ],
    [
      'the same alternative again',
      's: [{ f: abcd }, { f: abcd }]\ncondition: s',
      'DETECTION.SHADOWED',
      'Another alternative',
    ],
    [
      'the same selection again',
      's: { f: abcd }\nt: { f: abcd }\ncondition: s or t',
      'DETECTION.SAME',
      '"t" says the same as "s"',
    ],
    [
      'a selection that is never used',
      's: { f: abcd }\nt: { g: 1 }\ncondition: s',
      'DETECTION.UNUSED',
      'never uses "t"',
    ],
    [
      'what never holds',
      's: { f: abcd }\nt: { g: 1 }\ncondition: t or s and not s',
      'CONDITION.NEVER',
      'never holds',
    ],
  ])('names what changes nothing: %s', (_name, detection, code, message) => {
    expect(warningsOf(ours(detection))).toEqual([
      expect.objectContaining({
        severity: 'warning',
        code,
        message: expect.stringContaining(message) as string,
      }),
    ]);
  });

  it.each([
    's: { f|contains: [abc, bcd] }\ncondition: s',
    's: { f: [abcd], f|cased: [abcd] }\ncondition: s',
    's: { f|startswith: [ab], f|endswith: [cd] }\ncondition: s',
    's: [{ f: abcd }, { g: 1 }]\ncondition: s',
    's: { f|re: [abc, abcd] }\ncondition: s',
    "s: { f: ['ab*', 'a?cd'] }\ncondition: s",
    's: { f: abcd }\nt: { g: 1 }\ncondition: s and not t',
  ])('is nothing about %j', (detection) => {
    expect(warningsOf(ours(detection))).toEqual([]);
  });

  it('names fields that no event in the tests for the log source has, with their place', () => {
    expect(warningsOf(ours('s: { f: abcd, deep.in: x, deep.out: y }\ncondition: s'))).toEqual([
      {
        severity: 'warning',
        code: 'RULE.UNKNOWN_FIELD',
        line: 7,
        column: 29,
        message: 'No event in the tests of rules for test has the field "deep.out"',
      },
    ]);
    // Tests of any rule for the log source tell what its events have; of another one nothing is known.
    const other = ours('s: { f: abcd }\ncondition: s', 'other').replace(
      'product: test',
      'product: elsewhere',
    );
    const without = eventRule('w', 's: { deep.out: y }\ncondition: s');
    expect(codesOf(documents(without, ours('s: { f: abcd }\ncondition: s')))).toContain('RULE.UNKNOWN_FIELD');
    expect(codesOf(documents(without, other))).not.toContain('RULE.UNKNOWN_FIELD');
  });

  it('looks at the fields of correlations, through their aliases', () => {
    const base = ours('s: { f: abcd }\ncondition: s', 'base');
    const correlation = (more: string) =>
      `${correlationRule('c', `type: event_count\nrules: [base]\ntimespan: 1h\ncondition: { gte: 1 }\n${more}`)}${OURS}tests:\n  - { name: a, events: [{ f: abcd, user: ann }], expect: { match: true } }\n  - { name: b, events: [{ f: z }], expect: { match: false } }\n`;
    expect(codesOf(documents(base, correlation('group-by: [user]')))).toEqual([]);
    expect(codesOf(documents(base, correlation('group-by: [usr]')))).toEqual(['RULE.UNKNOWN_FIELD']);
    expect(
      codesOf(documents(base, correlation('group-by: [who]\naliases: { who: { base: user } }'))),
    ).toEqual([]);
    expect(codesOf(documents(base, correlation('group-by: [who]\naliases: { who: { base: usr } }')))).toEqual(
      ['RULE.UNKNOWN_FIELD'],
    );
  });

  it('reports the faults of all files together, in order', () => {
    const problems = loadRules([
      { path: 'b.yml', text: 'title: b\ndetection: {}\nlogsource: { product: p }' },
      {
        path: 'a.yml',
        text: documents('title: [', eventRule('x', 's: { f|no: a, g|re: "(" }\ncondition: s and t')),
      },
    ]).problems;
    expect(problems.map(({ path }) => path)).toEqual([...problems.map(({ path }) => path)].sort());
    expect(new Set(problems.map(({ code }) => code))).toEqual(
      new Set([
        'YAML.SYNTAX',
        'MODIFIER.UNKNOWN',
        'MODIFIER.REGEX',
        'CONDITION.UNKNOWN_NAME',
        'DETECTION.EMPTY',
        'RULE.MISSING_KEY',
      ]),
    );
  });
});
