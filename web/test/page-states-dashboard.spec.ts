import { PAGES } from '../src/app/pages.ts';
import { lookAtStates } from './look-at-states.ts';

describe('every state of the dashboard', () => {
  lookAtStates(PAGES.dashboard.states);
});
