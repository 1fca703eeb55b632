import { matchPath } from 'react-router';
import { ACCESS_PAGES } from '../src/app/access-pages.ts';
import type { Page, PageState } from '../src/app/page.ts';
import { PAGES } from '../src/app/pages.ts';
import { SIGN_IN_STATES } from './access-acts.ts';
import { lookAtStates } from './look-at-states.ts';

/** Those that are in no file of their own. */
const others = Object.values<Page>(PAGES).filter(
  (page) => page !== PAGES.dashboard && !Object.values<Page>(ACCESS_PAGES).includes(page),
);
const NOT_FOUND: PageState = { name: 'not-found', at: '/nowhere', shows: 'There is no such page' };

describe('every state of the other pages', () => {
  lookAtStates([...others.flatMap(({ states }) => states), NOT_FOUND]);
});

it.each(Object.entries<Page>(PAGES))('the page %s has states, at its own address', (_name, page) => {
  expect(page.states).not.toEqual([]);
  for (const { at } of page.states) {
    expect({ at, page: matchPath(page.path, new URL(at, 'http://site').pathname)?.pattern.path }).toEqual({
      at,
      page: page.path,
    });
  }
});

it('no two states have the same name', () => {
  const pages = Object.values<Page>(PAGES);
  const names = [...pages.flatMap(({ states }) => states), ...SIGN_IN_STATES].map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});
