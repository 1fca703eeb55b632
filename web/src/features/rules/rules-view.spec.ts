import { rulesAddress, toRulesFilter } from './rules-view';

const read = (search: string) => rulesAddress.read(new URLSearchParams(search));
const change = (search: string, part: Parameters<typeof rulesAddress.write>[1]) =>
  rulesAddress.write(new URLSearchParams(search), part).toString();

describe('the view of rules in the address', () => {
  it.each(['', 'q=mfa+%26+more&level=informational&state=disabled&pack=core&sort=hits&page=3&page_size=25'])(
    'survives reading and writing: %s',
    (search) => {
      expect(change(search, { page: read(search).page })).toBe(search);
    },
  );

  it.each(['level=terrible', 'state=maybe', 'sort=constructor', 'page=0', 'page=1e3', 'page_size=7', 'q=+'])(
    'takes an impossible value as absent: %s',
    (search) => {
      expect(read(search)).toEqual(read(''));
    },
  );

  it('starts at page 1 after any change but of the page, and leaves parameters of others alone', () => {
    expect(change('live=off&page=4', { q: 'x' })).toBe('live=off&q=x');
    expect(change('q=x&page=4', { sort: 'hits' })).toBe('q=x&sort=hits');
    expect(change('q=x', { page: 2 })).toBe('q=x&page=2');
    expect(change('q=x&level=low&state=enabled&pack=a&sort=hits', rulesAddress.cleared)).toBe('sort=hits');
  });

  it('asks the API for what is filtered, and for nothing else', () => {
    expect(toRulesFilter(read(''))).toEqual({ page: 1, page_size: 50, sort: 'name' });
    expect(toRulesFilter(read('q=x&level=high&state=disabled&pack=okta&sort=last_hit'))).toEqual({
      page: 1,
      page_size: 50,
      q: 'x',
      level: ['high'],
      enabled: false,
      pack: 'okta',
      sort: 'last_hit',
    });
  });

  it.each([
    ['', false],
    ['sort=hits&page=2', false],
    ['q=x', true],
    ['level=low', true],
    ['state=enabled', true],
    ['pack=core', true],
  ])('knows whether it is narrowed: %s', (search, narrowed) => {
    expect(rulesAddress.isFiltered(read(search))).toBe(narrowed);
  });
});
