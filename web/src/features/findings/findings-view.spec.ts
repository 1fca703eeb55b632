import { findingsAddress, toFilter, wouldShow } from './findings-view';

const read = (search: string) => findingsAddress.read(new URLSearchParams(search));
const write = (search: string, change: Parameters<typeof findingsAddress.write>[1]) =>
  findingsAddress.write(new URLSearchParams(search), change).toString();
const NOW = Date.parse('2026-11-23T10:00:00Z');

describe('the view of findings in the address', () => {
  it.each([
    '',
    'severity=critical&severity=low&user=alice',
    'span=7d',
    'user=bob&rule=single_failed_login&page=2',
    'from=2026-11-01&to=2026-11-23&page=3&page_size=50&finding=17',
    'user=%3Cimg+src%3Dx%3E%26x%3D1',
  ])('survives reading and writing: %s', (search) => {
    expect(write('', read(search))).toBe(search);
    expect(write(search, {})).toBe(search);
  });

  it.each([
    ['page', 'page=0'],
    ['page', 'page=1e3'],
    ['page', 'page=99999999999999999999'],
    ['page size', 'page_size=101'],
    ['severity', 'severity=terrible'],
    ['a day that does not exist', 'from=2026-02-30'],
    ['a span', 'span=constructor'],
    ['finding', 'finding=-1'],
  ])('takes an impossible %s as absent: %s', (_what, search) => {
    expect(read(search)).toEqual(read(''));
  });

  it('leaves out an end before the beginning', () => {
    expect(read('from=2026-11-10&to=2026-11-01')).toMatchObject({ from: '2026-11-10', to: null });
  });

  it('prefers a relative span to days', () => {
    expect(read('span=today&from=2026-01-01')).toMatchObject({ span: 'today', from: null });
  });

  it('leaves parameters of others alone, and drops what makes no sense', () => {
    expect(write('live=off&page=4', { user: 'bob' })).toBe('live=off&user=bob');
    expect(write('severity=terrible&live=off&page_size=7', { user: 'bob' })).toBe('live=off&user=bob');
  });

  it('starts at page 1 after a change of filter or page size, but not for opening a finding', () => {
    expect(write('page=3', { user: 'bob' })).toBe('user=bob');
    expect(write('page=3', { page_size: 50 })).toBe('page_size=50');
    expect(write('page=3', { open: 7 })).toBe('page=3&finding=7');
    expect(write('page=3', { page: 4 })).toBe('page=4');
    expect(write('page=3&finding=7', { open: null })).toBe('page=3');
  });

  it('knows whether it is narrowed, and what takes that away', () => {
    expect(findingsAddress.isFiltered(read('page=3&page_size=50&finding=7'))).toBe(false);
    for (const filter of [
      'severity=low',
      'user=bob',
      'rule=x',
      'span=7d',
      'from=2026-11-01',
      'to=2026-11-01',
    ]) {
      expect([filter, findingsAddress.isFiltered(read(filter))]).toEqual([filter, true]);
      expect(write(`${filter}&page_size=50`, findingsAddress.cleared)).toBe('page_size=50');
    }
  });

  it('asks the API for whole UTC days, today included', () => {
    expect(toFilter(read('span=7d'), NOW)).toMatchObject({ from_date: '2026-11-17', to_date: '2026-11-23' });
    expect(toFilter(read('span=today'), NOW)).toMatchObject({
      from_date: '2026-11-23',
      to_date: '2026-11-23',
    });
  });

  it('asks for nothing that is not filtered', () => {
    expect(toFilter(read(''), NOW)).toEqual({ page: 1, page_size: 20 });
  });

  it('knows whether a finding of this moment belongs into it', () => {
    const finding = { severity: 'high', user: 'alice', rule_name: 'small_pr_merged' };
    expect(wouldShow(read(''), finding, NOW)).toBe(true);
    expect(wouldShow(read('severity=high&user=alice&span=7d'), finding, NOW)).toBe(true);
    expect(wouldShow(read('severity=low'), finding, NOW)).toBe(false);
    expect(wouldShow(read('user=bob'), finding, NOW)).toBe(false);
    expect(wouldShow(read('rule=small_pr_merged'), finding, NOW)).toBe(true);
    expect(wouldShow(read('rule=small_pr'), finding, NOW)).toBe(false);
    expect(wouldShow(read('to=2026-11-22'), finding, NOW)).toBe(false);
  });
});
