import { ModifierError, requireUntouched, type Modifier } from './item-draft.js';

/** `exists`: whether the field is present, whatever its value, null included. */
export const exists: Modifier = {
  name: 'exists',
  apply(draft) {
    requireUntouched(draft, 'exists');
    if (draft.field === null) throw new ModifierError('MODIFIER.FIELD', '"exists" needs a field');
    if (draft.values.length !== 1 || draft.values[0]!.kind !== 'boolean') {
      throw new ModifierError('MODIFIER.VALUE', '"exists" needs exactly one value, true or false');
    }
    draft.comparison = { kind: 'exists' };
  },
};
