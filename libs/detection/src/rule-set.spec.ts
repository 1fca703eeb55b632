import { correlationRule, documents, kindRule, rulesOf } from '../test/rules.js';
import { createDetector, loadRules, type RuleSet } from './index.js';

const COUNT = (name: string, over: string, more = 'condition: { gte: 2 }') =>
  correlationRule(name, `type: event_count\nrules: [${over}]\ngroup-by: [user]\ntimespan: 10m\n${more}`);
const FILTER = `title: Not the robot
name: not_the_robot
logsource: { product: test }
filter:
  rules: [login]
  selection: { user: robot }
  condition: not selection
`;

const names = (rules: RuleSet) => rules.rules.map(({ name }) => name);
const found = (rules: RuleSet, kind: string, user = 'ann') =>
  createDetector(rules)
    .process({ id: '1', time: 0, data: { kind, user } })
    .map(({ ruleName }) => ruleName);

it('tells of a document what it is for and what it is over', () => {
  const rules = rulesOf(documents(kindRule('login'), COUNT('many', 'login'), FILTER));
  expect(rules.find('login')).toMatchObject({ logsource: { product: 'test' }, references: [], silent: true });
  expect(rules.find('many')).toMatchObject({
    references: ['login'],
    logsource: undefined,
    correlation: { type: 'event_count', threshold: { gte: 2 }, groupBy: ['user'], timespan: 600_000 },
  });
  expect(rules.find('not_the_robot')).toMatchObject({ kind: 'filter', references: ['login'] });
  expect(rules.find('nothing')).toBeUndefined();
});

it('keeps the text of each document, and read alone it is the same document', () => {
  const text = `# at the top\n${documents(kindRule('a'), `# before b\n${kindRule('b')}# after b`, kindRule('c'))}...\n`;
  const rules = rulesOf(text);
  expect(rules.get('a')!.source).toMatch(/^# at the top\ntitle: a\n/);
  expect(rules.get('b')!.source).toMatch(/^# before b\ntitle: b\n[^]*# after b\n$/);
  for (const { source, contentHash } of rules.rules) {
    expect(rulesOf(source).rules[0]!.contentHash).toBe(contentHash);
  }
});

it('takes out some rules with what they are over', () => {
  const rules = rulesOf(
    documents(
      kindRule('login'),
      kindRule('logout'),
      COUNT('many', 'login'),
      correlationRule('both', 'type: temporal\nrules: [many, logout]\ngroup-by: [user]\ntimespan: 1h'),
      FILTER,
    ),
  );
  expect(names(rules.only(['both']))).toEqual(['both', 'many', 'logout', 'login']);
  expect(names(rules.only(['many', 'unknown']))).toEqual(['many', 'login']);
  expect(found(rules.only(['login']), 'login', 'robot')).toEqual([]);
  expect(names(rules.without(new Set(['login'])))).toEqual(['logout', 'not_the_robot']);
  expect(found(rules.without(new Set(['not_the_robot'])).only(['login']), 'login', 'robot')).toEqual([
    'login',
  ]);
});

describe('a base to stand on', () => {
  const base = rulesOf(documents(kindRule('login'), kindRule('logout'), COUNT('many', 'login'), FILTER));
  const over = (text: string) => loadRules([{ path: 'new.yml', text }], { base });

  it('lets a document refer to its rules, filters included', () => {
    const { rules, problems } = over(COUNT('more', 'login'));
    expect(problems).toEqual([]);
    const events = ['ann', 'ann', 'robot', 'robot'].map((user, i) => ({
      id: `${i}`,
      time: i,
      data: { kind: 'login', user },
    }));
    const detections = createDetector(rules.only(['more'])).processBatch(events);
    expect(detections.map(({ group }) => group)).toEqual([{ user: 'ann' }]);
  });

  it('gives way to a document with the same id or name', () => {
    const { rules, problems } = over(kindRule('login', 'signin'));
    expect(problems).toEqual([]);
    expect(rules.size).toBe(4);
    const events = ['1', '2'].map((id, i) => ({ id, time: i, data: { kind: 'signin', user: 'ann' } }));
    expect(createDetector(rules).processBatch(events)).toMatchObject([{ ruleName: 'many' }]);
    expect(base.find('login')!.source).toContain('kind: login');
  });

  it('forgets a filter that is replaced', () => {
    const { rules } = over(FILTER.replace('user: robot', 'user: ann'));
    const login = rules.only(['login']);
    expect(found(login, 'login', 'robot')).toEqual(['login']);
    expect(found(login, 'login', 'ann')).toEqual([]);
  });

  it('reports only what is wrong with the new documents', () => {
    const { problems } = over(COUNT('more', 'nobody'));
    expect(problems).toMatchObject([{ path: 'new.yml', line: 7, code: 'CORRELATION.UNKNOWN_RULE' }]);
  });
});

it('refuses identifiers that no index takes, and U+0000', () => {
  const long = 'x'.repeat(300);
  const { problems } = loadRules([
    { path: 'a.yml', text: kindRule('a').replace('name: a', `name: ${long}`) },
  ]);
  expect(problems).toMatchObject([{ code: 'RULE.IDENTIFIER_LENGTH', line: 2 }]);
  expect(loadRules([{ path: 'b.yml', text: 'title: b\nname: "b\u0000"' }])).toMatchObject({
    problems: [{ code: 'YAML.SYNTAX', line: 2, column: 9, severity: 'error' }],
  });
});
