import type { Modifier } from './item-draft.js';

/** `all`: every value of the list must be met, not just one. */
export const all: Modifier = {
  name: 'all',
  apply(draft) {
    draft.all = true;
  },
};
