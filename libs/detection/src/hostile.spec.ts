import { documents, eventRule, rulesOf } from '../test/rules.js';
import { createDetector, loadRules, RULE_LIMITS, type DetectorEvent } from './index.js';

const TIME = Date.UTC(2026, 0, 1, 9);
const good = eventRule('good', 'selection: { f: x }\ncondition: selection');

/** Longest time that reading or looking may take here; a hang takes for ever. */
const SECONDS = 20_000;

describe('a hostile rule file', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 10; i += 1) {
    const [name, before] = ['abcdefghij'[i]!, 'abcdefghij'[i - 1]!];
    bomb.push(`${name}: &${name} [${Array<string>(9).fill(`*${before}`).join(', ')}]`);
  }
  const item = (line: string) => eventRule('r', `selection: { ${line} }\ncondition: selection`);
  const refused: [string, string, string][] = [
    ['aliases that multiply', `${bomb.join('\n')}\n${good}`, 'YAML.TOO_LARGE'],
    ['an alias inside its own anchor', `a: &a [*a]\n${good}`, 'YAML.ALIAS'],
    ['ten million characters', good + '#'.repeat(10_000_000), 'YAML.TOO_LARGE'],
    ['a list of 100,000 values', item(`f: [${'v,'.repeat(100_000)}]`), 'MODIFIER.VALUE'],
    ['100,000 brackets', item(`f: ${'['.repeat(100_000)}`), 'YAML.TOO_DEEP'],
    ['150 nested maps', item(`f: ${'{a: '.repeat(150)}x${'}'.repeat(150)}`), 'YAML.TOO_DEEP'],
    ['5,000 parentheses', eventRule('r', `s: { f: x }\ncondition: ${'('.repeat(5000)}s`), 'CONDITION.SYNTAX'],
    ['a repetition of repetitions', item("f|re: '((a{100}){100}){100}'"), 'RULE.TOO_LARGE'],
    ['look-ahead', item("f|re: '(?=a)b'"), 'MODIFIER.REGEX'],
    ['a long text repeated in an expression', item(`f|re: '(?:${'x'.repeat(100)}){900}'`), 'RULE.TOO_LARGE'],
    ['expressions that repeat much', item(`f|re: [${"'[ab]{900}x',".repeat(1_000)}]`), 'RULE.TOO_LARGE'],
    ['classes of Unicode', item(`f|re: [${`'${'[\\pL\\PN]'.repeat(100)}',`.repeat(100)}]`), 'RULE.TOO_LARGE'],
    [
      'a condition that names a long selection again and again',
      eventRule('r', `s: [${'{a: 1, b: 2},'.repeat(500)}]\ncondition: ${'s or '.repeat(1_500)}s`),
      'RULE.TOO_LARGE',
    ],
    [
      '2,000 search identifiers',
      eventRule(
        'r',
        `${Array.from({ length: 2_000 }, (_, i) => `s${i}: { f: x }`).join('\n')}\ncondition: 1 of s*`,
      ),
      'DETECTION.TOO_MANY',
    ],
    ['a key given twice', item('f: x, f: y'), 'YAML.DUPLICATE_KEY'],
    ['tabs', 'title: t\nlogsource:\n\tproduct: p\n', 'YAML.SYNTAX'],
    ['a raw NUL', item("f: 'a\u0000b'"), 'YAML.SYNTAX'],
    ['a number of a million digits', item(`f: ${'9'.repeat(900_000)}`), 'DETECTION.TOO_LONG'],
    ['not a number', item("'f|gt': .nan"), 'MODIFIER.VALUE'],
    ['no end', item("'f|gt': .inf"), 'MODIFIER.VALUE'],
    ['dashes that multiply', item(`'f|windash|base64': '${' -a'.repeat(30)}'`), 'MODIFIER.VALUE'],
  ];

  it.each(refused)(
    'is refused, and says why: %s',
    (_name, text, code) => {
      const { rules, problems } = loadRules([{ path: 'r.yml', text }]);
      expect(rules.size).toBe(0);
      expect(problems.map((problem) => problem.code)).toContain(code);
      for (const { line, column, message } of problems) {
        expect(line).toBeGreaterThan(0);
        expect(column).toBeGreaterThan(0);
        expect(message.length).toBeLessThan(1000);
      }
    },
    SECONDS,
  );

  it(
    'is refused when placeholders multiply, before there are too many values',
    () => {
      const placeholders = { a: Array.from({ length: 1000 }, (_, i) => `v${i}`) };
      const text = item("'f|expand': '%a%%a%%a%%a%'");
      expect(loadRules([{ path: 'r.yml', text }], { placeholders }).problems).toMatchObject([
        { code: 'MODIFIER.VALUE' },
      ]);
    },
    SECONDS,
  );

  it(
    'is refused with the rule that makes all of them too large, and the others stay',
    () => {
      const texts = `'${'x'.repeat(19_000)}',`.repeat(40);
      const large = (name: string) => eventRule(name, `s: { f: [${texts}] }\ncondition: s`);
      const sources = Array.from({ length: 9 }, (_, i) => ({ path: `${i}.yml`, text: large(`r${i}`) }));
      const { rules, problems } = loadRules([...sources, { path: 'small.yml', text: good }]);
      expect(rules.rules.map(({ name }) => name)).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'good']);
      expect(problems).toMatchObject([
        { path: '6.yml', line: 7, column: 8, severity: 'error', code: 'RULES.TOO_LARGE' },
        { path: '7.yml', code: 'RULES.TOO_LARGE' },
        { path: '8.yml', code: 'RULES.TOO_LARGE' },
      ]);
      const next = loadRules([{ path: 'next.yml', text: large('next') }], { base: rules });
      expect(next.problems).toMatchObject([{ path: 'next.yml', code: 'RULES.TOO_LARGE' }]);
      expect(rules.weight).toBeLessThanOrEqual(RULE_LIMITS.totalSize);
    },
    SECONDS,
  );

  it(
    'is refused when its filter makes too much of many rules',
    () => {
      const filter = `title: f\nname: f\nlogsource: { product: test }\nfilter:\n  rules: any\n  selection: [${'{ a: 1, b: 2 },'.repeat(2_000)}]\n  condition: selection\n`;
      const many = Array.from({ length: 200 }, (_, i) => eventRule(`r${i}`, 's: { f: x }\ncondition: s'));
      const { rules, problems } = loadRules([{ path: 'r.yml', text: documents(filter, ...many) }]);
      expect(problems).toMatchObject([{ line: 1, code: 'RULE.TOO_LARGE' }]);
      expect(rules.size).toBe(200);
    },
    SECONDS,
  );

  it.each([
    ['a byte order mark', `\uFEFF${good}`],
    ['lines that end with a carriage return', good.replaceAll('\n', '\r\n')],
    ['a NUL written as an escape', item('f: "a\\0b"')],
  ])('that only looks hostile is read: %s', (_name, text) => {
    expect(loadRules([{ path: 'r.yml', text }]).problems).toEqual([]);
  });

  it('cannot reach what every object inherits', () => {
    const text = eventRule(
      'r',
      '__proto__: { __proto__: x }\nconstructor: { constructor: y, toString: z }\ncondition: __proto__ or constructor',
    );
    const detector = createDetector(rulesOf(`__proto__: { polluted: yes }\n${text}`));
    expect(detector.process({ id: '1', data: {} })).toEqual([]);
    expect(detector.process({ id: '2', data: JSON.parse('{"__proto__": "x"}') as object })).toHaveLength(1);
    expect(detector.process({ id: '3', data: { constructor: 'y', toString: 'z' } })).toHaveLength(1);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('with a number of many digits compares the digits', () => {
    const digits = '9'.repeat(400);
    const detector = createDetector(rulesOf(item(`f: ${digits}`)));
    expect(detector.process({ id: '1', data: { f: digits } })).toHaveLength(1);
    expect(detector.process({ id: '2', data: { f: Infinity } })).toEqual([]);
  });
});

describe('a hostile event', () => {
  const rules = rulesOf(
    documents(
      `${eventRule(
        'any',
        [
          's: { x|contains: needle }',
          "k: [zzz, '4625']",
          'd: { a.b.c: 1 }',
          'n: { n|gte: 5 }',
          "r: { f|re: '(a+)+b' }",
          "w: { w: '*a*a*a*a*a*b' }",
          'condition: 1 of them',
        ].join('\n'),
      )}generate: true\nsummary: '{x} {__proto__} {a.b.c}'\n`,
      'title: c\nname: c\nlevel: low\ndescription: d\ncorrelation: { type: value_count, rules: [any], group-by: [user], timespan: 1h, condition: { field: v, gte: 1 } }',
    ),
  );
  const look = (data: object, more: Partial<DetectorEvent> = {}) =>
    createDetector(rules).process({ id: 'e', time: TIME, data, ...more });
  let deep: object = { x: 'needle' };
  let lists: unknown[] = ['needle'];
  for (let i = 0; i < 10_000; i += 1) {
    deep = { b: deep };
    lists = [lists];
  }
  const itself: Record<string, unknown> = { y: 1 };
  itself['self'] = itself;
  itself['list'] = [itself, itself];

  it.each<[string, object, number]>([
    ['10,000 levels of maps', deep, 0],
    ['10,000 levels of lists', { x: lists }, 0],
    ['a record that holds itself', itself, 0],
    ['a text of two million characters', { x: `${'x'.repeat(2_000_000)}needle` }, 1],
    ['a pattern that goes back and forth', { w: 'a'.repeat(1_000_000) }, 0],
    ['an expression that goes back and forth', { f: 'a'.repeat(1_000_000) }, 0],
    ['a list of a million values', { x: Array.from({ length: 1_000_000 }, () => 'needle') }, 1],
    ['a list of a million maps', { a: Array.from({ length: 1_000_000 }, () => ({})) }, 0],
    ['a number of a million digits', { n: '9'.repeat(1_000_000) }, 0],
    ['NaN', { n: Number.NaN }, 0],
    ['NUL', { x: 'a\u0000needle' }, 1],
    ['no prototype', Object.assign(Object.create(null) as object, { x: 'needle' }), 1],
    ['a prototype key', JSON.parse('{"__proto__": {"x": "needle"}}') as object, 0],
    [
      'a symbol, a function and a broken date',
      { x: Symbol('needle'), a: () => 1, n: new Date(Number.NaN) },
      0,
    ],
  ])(
    'is survived, in little time: %s',
    (_name, data, matches) => {
      const found = look(data);
      expect(found).toHaveLength(matches);
      expect(JSON.stringify(found).length).toBeLessThan(100_000);
    },
    SECONDS,
  );

  it(
    'does not fill memory or findings with a very long group or value, which stays distinct all the same',
    () => {
      const detector = createDetector(rules);
      const long = 'u'.repeat(500_000);
      const process = (id: string, user: string, v: string) =>
        detector
          .process({ id, time: TIME, data: { x: 'needle', user, v } })
          .filter(({ kind }) => kind === 'correlation');
      expect(JSON.stringify(process('1', long, long)).length).toBeLessThan(10_000);
      expect(process('2', long, `${long}!`)).toMatchObject([{ count: 2, reasons: { value: 2 } }]);
      expect(process('3', `${long}!`, 'v')).toMatchObject([{ count: 1 }]);
    },
    SECONDS,
  );

  it.each([Number.NaN, Infinity, -Infinity, new Date(Number.NaN)])(
    'with the time %s takes no part in windows, and windows go on',
    (time) => {
      const detector = createDetector(rules);
      const at = (id: string, when: Date | number) =>
        detector.process({ id, time: when, data: { x: 'needle', user: 'u', v: id } }).map(({ kind }) => kind);
      expect(at('1', TIME)).toEqual(['event', 'correlation']);
      expect(at('2', time)).toEqual(['event']);
      expect(detector.process({ id: 'r', time: TIME, receivedAt: time, data: {} })).toEqual([]);
      expect(at('3', TIME + 1)).toEqual(['event', 'correlation']);
      expect(detector.stats()).toMatchObject({ untimed: 1, entries: 2 });
    },
  );

  it('with a log source that says nothing is tried against all rules', () => {
    for (const logsource of [undefined, null as unknown as undefined]) {
      expect(look({ x: 'needle' }, { logsource })).toHaveLength(1);
    }
    expect(look({ x: 'needle' }, { logsource: [{ product: 'other\u0000' }, {}] })).toEqual([]);
  });
});
