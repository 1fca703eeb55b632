import { correlationRule, documents, eventRule, kindRule, problemsOf, rulesOf } from '../../test/rules.js';
import { createDetector, loadRules } from '../index.js';

function matches(detection: string, data: object): boolean {
  return createDetector(rulesOf(eventRule('r', detection))).process({ id: '1', data }).length > 0;
}

const THREE = `a: { f|contains: a }
b: { f|contains: b }
c_1: { f|contains: c }
_x: { f|contains: x }
condition: `;

/** condition, text of the field, whether it matches */
const CONDITIONS: [string, string, boolean][] = [
  ['a', 'a', true],
  ['not a', 'b', true],
  ['not not a', 'a', true],
  ['a and b', 'a', false],
  ['a and b', 'ab', true],
  ['a or b and c_1', 'a', true],
  ['(a or b) and c_1', 'a', false],
  ['(a or b) and c_1', 'bc', true],
  ['not a or b', 'ab', true],
  ['not (a or b)', 'c', true],
  ['not a and b', 'b', true],
  ['1 of them', 'c', true],
  ['any of them', 'c', true],
  ['1 of them', 'x', false],
  ['all of them', 'abc', true],
  ['all of them', 'ab', false],
  ['1 of c_*', 'c', true],
  ['all of c*1', 'c', true],
  ['1 of *', 'x', false],
  ['1 of _*', 'x', true],
  ['not 1 of them', 'd', true],
  ['a and not 1 of c_*', 'ac', false],
  ['a and not all of c_*', 'a', true],
  ['1 of a', 'a', true],
  ['[a, b]', 'b', true],
  ['  a   or\n    b', 'b', true],
];

describe('conditions', () => {
  it.each(CONDITIONS)('%s on %s is %p', (condition, f, expected) => {
    const text = condition.includes('\n') ? `|\n  ${condition}` : condition;
    expect(matches(`${THREE}${text}`, { f })).toBe(expected);
  });

  it('reads names that begin like operators', () => {
    expect(matches('notepad: { f: a }\nandroid: { f: b }\ncondition: notepad or android', { f: 'b' })).toBe(
      true,
    );
  });

  it.each([
    ['a and', 'CONDITION.SYNTAX'],
    ['and a', 'CONDITION.SYNTAX'],
    ['(a', 'CONDITION.SYNTAX'],
    ['a)', 'CONDITION.SYNTAX'],
    ['a b', 'CONDITION.SYNTAX'],
    ['2 of them', 'CONDITION.SYNTAX'],
    ['a*', 'CONDITION.SYNTAX'],
    ['""', 'CONDITION.SYNTAX'],
    ['17', 'CONDITION.SYNTAX'],
    ['[]', 'CONDITION.SYNTAX'],
    ['nothing', 'CONDITION.UNKNOWN_NAME'],
    ['a AND b', 'CONDITION.SYNTAX'],
    ['1 of d_*', 'CONDITION.SELECTS_NOTHING'],
    ['a | count() > 5', 'CONDITION.AGGREGATION'],
    [`${'('.repeat(100)}a${')'.repeat(100)}`, 'CONDITION.SYNTAX'],
  ])('refuses %s', (condition, code) => {
    const problems = problemsOf(eventRule('r', `${THREE}${condition}`));
    expect(problems).toContainEqual(expect.objectContaining({ severity: 'error', line: 11, code }));
  });
});

describe('search identifiers', () => {
  it.each<[string, string, object, boolean]>([
    ['a list of maps is any of them', 's: [{ a: 1 }, { b: 2, c: 3 }]', { b: 2, c: 3 }, true],
    ['each map needs all its items', 's: [{ a: 1 }, { b: 2, c: 3 }]', { b: 2 }, false],
    ['keywords are found in any text', 's: [nothing, needle]', { a: { b: ['x', 'a NEEDLE b'] } }, true],
    ['keywords are found in numbers', 's: [4625]', { a: { id: 4625 } }, true],
    ['keywords are not found in field names', 's: [needle]', { needle: 'x' }, false],
    ['keywords have wildcards', "s: ['ne*le']", { a: 'xneedlex' }, true],
    ['one keyword', 's: needle', { a: 'needle' }, true],
    ['keywords that must all be there', "s:\n  '|all': [a1, b2]", { x: 'a1', y: 'b2' }, true],
    ['one of them is missing', "s:\n  '|all': [a1, b2]", { x: 'a1' }, false],
    ['a keyword as an expression', "s:\n  '|re': ['n.+e$']", { x: 'needle' }, true],
    ['maps and keywords mixed', 's: [{ a: 1 }, needle]', { z: 'needle' }, true],
  ])('%s', (_name, selection, data, expected) => {
    expect(matches(`${selection}\ncondition: s`, data)).toBe(expected);
  });
});

describe('what is wrong with a file', () => {
  it('reports the faults of all documents together, with their places, and loads the others', () => {
    const { rules, problems } = loadRules([
      {
        path: 'a.yml',
        text: documents(
          kindRule('good'),
          'title: no detection\nlogsource: { product: x }',
          eventRule('two faults', 'selection: { f|nope: 1, g|cidr: x }\ncondition: other'),
          'title: [broken',
        ),
      },
      { path: 'b.yml', text: kindRule('also_good') },
    ]);
    expect(rules.rules.map(({ name }) => name)).toEqual(['good', 'also_good']);
    expect(
      problems
        .filter(({ severity }) => severity === 'error')
        .map(({ path, line, code }) => [path, line, code]),
    ).toEqual([
      ['a.yml', 11, 'RULE.KIND'],
      ['a.yml', 20, 'MODIFIER.UNKNOWN'],
      ['a.yml', 20, 'MODIFIER.VALUE'],
      ['a.yml', 21, 'CONDITION.UNKNOWN_NAME'],
      ['a.yml', 24, 'YAML.SYNTAX'],
    ]);
  });

  it.each([
    ['a list', '- a\n- b', 'RULE.TYPE'],
    ['no title', 'logsource: { product: x }\ndetection: { s: { a: 1 }, condition: s }', 'RULE.MISSING_KEY'],
    ['no log source', 'title: t\ndetection: { s: { a: 1 }, condition: s }', 'RULE.MISSING_KEY'],
    [
      'an empty log source',
      'title: t\nlogsource: {}\ndetection: { s: { a: 1 }, condition: s }',
      'LOGSOURCE.EMPTY',
    ],
    ['no condition', 'title: t\nlogsource: { product: x }\ndetection: { s: { a: 1 } }', 'RULE.MISSING_KEY'],
    [
      'no search identifier',
      'title: t\nlogsource: { product: x }\ndetection: { condition: s }',
      'DETECTION.EMPTY',
    ],
    ['a duplicate key', 'title: t\ntitle: u', 'YAML.DUPLICATE_KEY'],
    ['an unknown level', kindRule('r').replace('level: medium', 'level: severe'), 'RULE.LEVEL'],
    ['a duplicate id', documents('id: x\n' + kindRule('a'), 'id: x\n' + kindRule('b')), 'RULE.DUPLICATE_ID'],
    ['a duplicate name', documents(kindRule('a'), kindRule('a', 'b')), 'RULE.DUPLICATE_ID'],
    ['two kinds', 'title: t\ndetection: {}\ncorrelation: {}', 'RULE.KIND'],
    ['action', 'title: t\naction: global\ndetection: {}', 'RULE.ACTION'],
    ['timeframe', eventRule('r', 's: { a: 1 }\ntimeframe: 5m\ncondition: s'), 'DETECTION.TIMEFRAME'],
    ['an alias without anchor', 'title: *nothing', 'YAML.ALIAS'],
    ['an open summary', kindRule('r') + 'summary: "a {b"', 'SUMMARY.SYNTAX'],
  ])('refuses %s', (_name, text, code) => {
    expect(problemsOf(text)).toContainEqual(expect.objectContaining({ severity: 'error', code }));
  });

  const base = documents(kindRule('a'), kindRule('b'));
  it.each([
    ['an unknown type', 'type: often\nrules: [a]\ntimespan: 1h\ncondition: { gte: 1 }', 'CORRELATION.TYPE'],
    [
      'an unknown rule',
      'type: event_count\nrules: [z]\ntimespan: 1h\ncondition: { gte: 1 }',
      'CORRELATION.UNKNOWN_RULE',
    ],
    ['no rules', 'type: event_count\ntimespan: 1h\ncondition: { gte: 1 }', 'RULE.MISSING_KEY'],
    ['a rule twice', 'type: temporal\nrules: [a, a]\ntimespan: 1h', 'CORRELATION.RULES'],
    ['no timespan', 'type: event_count\nrules: [a]\ncondition: { gte: 1 }', 'RULE.MISSING_KEY'],
    [
      'a timespan without unit',
      'type: event_count\nrules: [a]\ntimespan: 60\ncondition: { gte: 1 }',
      'CORRELATION.TIMESPAN',
    ],
    [
      'a timespan of nothing',
      'type: event_count\nrules: [a]\ntimespan: 0s\ncondition: { gte: 1 }',
      'CORRELATION.TIMESPAN',
    ],
    ['no condition', 'type: event_count\nrules: [a]\ntimespan: 1h', 'RULE.MISSING_KEY'],
    [
      'an unknown operator',
      'type: event_count\nrules: [a]\ntimespan: 1h\ncondition: { above: 1 }',
      'CORRELATION.CONDITION',
    ],
    [
      'a text as number',
      'type: event_count\nrules: [a]\ntimespan: 1h\ncondition: { gte: five }',
      'CORRELATION.CONDITION',
    ],
    ['no field', 'type: value_count\nrules: [a]\ntimespan: 1h\ncondition: { gte: 1 }', 'RULE.MISSING_KEY'],
    [
      'a field too many',
      'type: event_count\nrules: [a]\ntimespan: 1h\ncondition: { gte: 1, field: x }',
      'CORRELATION.CONDITION',
    ],
    [
      'two fields to add',
      'type: value_sum\nrules: [a]\ntimespan: 1h\ncondition: { gte: 1, field: [x, y] }',
      'CORRELATION.CONDITION',
    ],
    [
      'an order of some',
      'type: temporal_ordered\nrules: [a, b]\ntimespan: 1h\ncondition: { gte: 1 }',
      'CORRELATION.CONDITION',
    ],
    [
      'an alias for another rule',
      'type: temporal\nrules: [a, b]\ntimespan: 1h\naliases: { u: { c: x } }',
      'CORRELATION.ALIAS',
    ],
    ['itself', 'type: temporal\nrules: [a, outer]\ntimespan: 1h', 'CORRELATION.CIRCLE'],
  ])('refuses a correlation with %s', (_name, text, code) => {
    const problems = problemsOf(documents(base, correlationRule('outer', text)));
    expect(problems).toContainEqual(expect.objectContaining({ severity: 'error', code }));
  });

  it('refuses circles and what hangs on a refused rule, whatever the order', () => {
    const text = documents(
      correlationRule('x', 'type: temporal\nrules: [a, y]\ntimespan: 1h'),
      correlationRule('y', 'type: temporal\nrules: [a, x]\ntimespan: 1h'),
      correlationRule('z', 'type: temporal\nrules: [a, y]\ntimespan: 1h'),
      base,
    );
    const { rules } = loadRules([{ path: 'r.yml', text }]);
    expect(rules.rules.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('survives files made to exhaust it', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let i = 0; i < 12; i += 1) {
      const [name, before] = [String.fromCharCode(98 + i), String.fromCharCode(97 + i)];
      bomb.push(`${name}: &${name} [${Array<string>(9).fill(`*${before}`).join(', ')}]`);
    }
    const started = process.cpuUsage().user;
    const hostile = [
      bomb.join('\n'),
      '['.repeat(20_000),
      '{a: '.repeat(5_000),
      `title: t\nlogsource: { product: x }\ndetection:\n  s: { f: [${'a,'.repeat(150_000)}] }\n  condition: s`,
      Array.from({ length: 30_000 }, (_, i) => `k${i}: v`).join('\n'),
      `a: &a [*a]`,
      '\u0000\u0001\uFFFE',
      '!!js/function "x"',
      '? [a]\n: b',
      '%YAML 9.9\n---\na: b',
      '--- \n'.repeat(3000),
    ];
    for (const text of hostile) {
      const { rules } = loadRules([{ path: 'h.yml', text }]);
      expect(rules.rules).toEqual([]);
    }
    expect(process.cpuUsage().user - started).toBeLessThan(20_000_000);
  });
});

describe('what callers see of a rule', () => {
  it('lists it with its place, hash and custom keys', () => {
    const second =
      kindRule('second') +
      'compliance: { tsc: [CC6.1] }\n__proto__: { x: 1 }\nstatus: test\ntags: [attack.t1078]';
    const { rules } = loadRules([{ path: 'p.yml', text: documents(kindRule('first'), second) }]);
    expect(rules.rules[1]).toMatchObject({
      id: 'second',
      name: 'second',
      title: 'second',
      kind: 'event',
      level: 'medium',
      status: 'test',
      tags: ['attack.t1078'],
      path: 'p.yml',
      line: 11,
      silent: false,
    });
    expect(rules.rules[1]!.custom['compliance']).toEqual({ tsc: ['CC6.1'] });
    expect(rules.rules[1]!.contentHash).toMatch(/^[0-9a-f]{64}$/);
    expect(rules.rules[1]!.contentHash).not.toBe(rules.rules[0]!.contentHash);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('hashes a document by its own text, wherever it stands', () => {
    const alone = loadRules([{ path: 'p.yml', text: kindRule('first') }]).rules.rules[0]!;
    const among = loadRules([{ path: 'q.yml', text: documents(kindRule('other'), kindRule('first')) }]).rules
      .rules[1]!;
    expect(among.contentHash).toBe(alone.contentHash);
  });
});
