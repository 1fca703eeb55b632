import { ACCESS_PAGES } from '../src/app/access-pages.ts';
import type { Page } from '../src/app/page.ts';
import { SIGN_IN_STATES } from './access-acts.ts';
import { lookAtStates } from './look-at-states.ts';

describe('every state of the pages about access', () => {
  lookAtStates([...SIGN_IN_STATES, ...Object.values<Page>(ACCESS_PAGES).flatMap(({ states }) => states)]);
});
