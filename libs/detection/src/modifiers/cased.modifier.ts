import type { Modifier } from './item-draft.js';

/** `cased`: upper and lower case differ in this item. */
export const cased: Modifier = {
  name: 'cased',
  apply(draft) {
    draft.cased = true;
  },
};
