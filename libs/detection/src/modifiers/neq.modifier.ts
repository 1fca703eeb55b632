import { ModifierError, type Modifier } from './item-draft.js';

/** `neq`: the item holds when it would not without this modifier; an absent field differs from every value. */
export const neq: Modifier = {
  name: 'neq',
  apply(draft) {
    if (draft.comparison.kind === 'exists') {
      throw new ModifierError('MODIFIER.ORDER', '"neq" has no meaning with "exists"; turn the value round');
    }
    draft.negated = true;
  },
};
