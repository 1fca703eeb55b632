import { matchPath } from 'react-router';
import { PAGES, type Page, type PageState } from '../src/app/pages.ts';
import { lookAtStates } from './look-at-states.ts';

const { dashboard: _inAFileOfItsOwn, ...others } = PAGES;
const NOT_FOUND: PageState = { name: 'not-found', at: '/nowhere', shows: 'There is no such page' };

describe('every state of the other pages', () => {
  lookAtStates([...Object.values<Page>(others).flatMap(({ states }) => states), NOT_FOUND]);
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
  const names = Object.values<Page>(PAGES).flatMap(({ states }) => states.map(({ name }) => name));
  expect(names).toEqual([...new Set(names)]);
});
