import { describeChange } from './rule-changes';

const change = (enabled: boolean, level: 'low' | 'high' | null) => ({
  revision: 1,
  enabled,
  level,
  changed_by: null,
  reason: null,
  at: '2026-11-23T10:00:00Z',
});

describe('a change of a rule', () => {
  it.each([
    [change(false, null), undefined, 'Disabled'],
    [change(true, null), change(false, null), 'Enabled'],
    [change(true, 'low'), undefined, 'Level set to low'],
    [change(true, 'high'), change(true, 'low'), 'Level set to high'],
    [change(true, null), change(false, 'low'), 'Enabled, Level as in its file again'],
    [change(false, 'low'), change(false, 'low'), 'Nothing changed'],
  ])('%j after %j is told as it is', (now, before, words) => {
    expect(describeChange(now, before)).toBe(words);
  });
});
