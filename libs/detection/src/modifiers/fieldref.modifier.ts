import { literalOf } from '../parse/sigma-text.js';
import { ModifierError, requireText, requireUntouched, type Modifier } from './item-draft.js';

/** `fieldref`: the value names another field of the same event; absent on either side is no match. */
export const fieldref: Modifier = {
  name: 'fieldref',
  apply(draft) {
    requireUntouched(draft, 'fieldref');
    if (draft.field === null) throw new ModifierError('MODIFIER.FIELD', '"fieldref" needs a field');
    draft.values = requireText(draft, 'fieldref');
    for (const value of draft.values) {
      if (value.kind === 'text' && !literalOf(value.parts)) {
        throw new ModifierError('MODIFIER.VALUE', '"fieldref" needs the name of a field, without wildcards');
      }
    }
    draft.comparison = { kind: 'field', mode: 'equals' };
  },
};
