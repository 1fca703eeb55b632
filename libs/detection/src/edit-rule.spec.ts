import { editRule, loadRules } from './index.js';
import type { RuleEdit } from './edit-rule.js';

const RULE = `# before
title: Many   # the title
name: many
correlation:
  type: value_count
  rules: [login]
  group-by: [user]
  timespan: 30m # half an hour
  condition: { field: ip, gte: 3, lt: 9 }
level: high # bad
levels:
  - { condition: { gte: 8 }, level: critical }
summary: '{user}'
`;

it('changes what is asked for and leaves the rest as it is written', () => {
  expect(editRule(RULE, {})).toBe(RULE);
  expect(editRule(RULE, { threshold: { gt: 5 }, timespan: 7_200_000, level: 'low' })).toBe(`# before
title: Many   # the title
name: many
correlation:
  type: value_count
  rules: [login]
  group-by: [user]
  timespan: 2h # half an hour
  condition: { field: ip, gt: 5 }
level: low # bad
summary: '{user}'
`);
});

it.each<[string, string, RuleEdit, string]>([
  [
    'a condition in lines',
    'correlation:\n  condition:\n    gte: 3\n    field: ip\n  timespan: 1m\ntitle: a\n',
    { threshold: { gte: 4 } },
    'correlation:\n  condition:\n    { field: ip, gte: 4 }\n  timespan: 1m\ntitle: a\n',
  ],
  [
    'a correlation in one line without a condition',
    'correlation: { type: temporal, timespan: 1m }\n',
    { threshold: { gte: 2 }, timespan: 90_000 },
    'correlation: { condition: { gte: 2 }, type: temporal, timespan: 90s }\n',
  ],
  [
    'a correlation in lines without a condition',
    'correlation:\n  type: temporal\n  timespan: 1m\n',
    { threshold: { gte: 2 } },
    'correlation:\n  condition: { gte: 2 }\n  type: temporal\n  timespan: 1m\n',
  ],
  ['no level', 'title: a\nname: b\n', { level: 'low' }, 'level: low\ntitle: a\nname: b\n'],
  ['levels at the end', 'level: high\nlevels:\n- { a: b }', { level: 'low' }, 'level: low\n'],
])('writes %s', (_, source, edit, expected) => {
  expect(editRule(source, edit)).toBe(expected);
});

it.each<[string, RuleEdit]>([
  ['title: a\ndetection: {}\n', { timespan: 1000 }],
  ['{ title: a }', { level: 'low' }],
  ['- a', { level: 'low' }],
  ['title: [', { level: 'low' }],
])('refuses %j', (source, edit) => {
  expect(() => editRule(source, edit)).toThrow(/cannot be changed/);
});

it('gives a document that loads', () => {
  const base = loadRules([
    {
      path: 'a',
      text: 'title: login\nname: login\nlogsource: { product: x }\ndetection: { s: { a: b }, condition: s }',
    },
  ]).rules;
  const text = editRule(RULE, { threshold: { gte: 1.5, lt: 7 }, timespan: 1000, level: 'critical' });
  const { rules, problems } = loadRules([{ path: 'b', text }], { base });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(rules.find('many')).toMatchObject({
    level: 'critical',
    correlation: { threshold: { gte: 1.5, lt: 7 }, timespan: 1000 },
  });
});
