import { describeProblems } from './problem-counts';

const problem = (code: string) => ({
  path: 'a.yml',
  line: 1,
  column: 1,
  severity: 'error' as const,
  code,
  message: 'm',
});

it('says how many problems there are, also when not all are named', () => {
  expect(describeProblems([problem('RULE.LEVEL')], 'error')).toBe('1 error');
  expect(describeProblems([problem('RULE.LEVEL'), problem('RULE.KIND')], 'warning')).toBe('2 warnings');
  const many = Array.from({ length: 100 }, () => problem('RULE.LEVEL'));
  expect(describeProblems([...many, problem('RULES.MORE_PROBLEMS')], 'error')).toBe('more than 100 errors');
});
