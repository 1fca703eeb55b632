import { withLeadingRun } from '../parse/sigma-text.js';
import { requireText, type Modifier } from './item-draft.js';

/** `endswith`: the field's text ends with the value. */
export const endswith: Modifier = {
  name: 'endswith',
  apply(draft) {
    if (draft.comparison.kind === 'field' && draft.comparison.mode === 'equals') {
      draft.comparison = { kind: 'field', mode: 'endswith' };
      return;
    }
    draft.values = requireText(draft, 'endswith').map((value) => ({
      ...value,
      parts: withLeadingRun(value.parts),
    }));
  },
};
