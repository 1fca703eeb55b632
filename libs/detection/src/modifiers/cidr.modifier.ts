import { ModifierError, requireText, requireUntouched, type Modifier } from './item-draft.js';

/** `cidr`: the field's text is an IP address inside the network. */
export const cidr: Modifier = {
  name: 'cidr',
  apply(draft) {
    requireUntouched(draft, 'cidr');
    if (draft.field === null) throw new ModifierError('MODIFIER.FIELD', '"cidr" needs a field');
    draft.values = requireText(draft, 'cidr');
    draft.comparison = { kind: 'cidr' };
  },
};
