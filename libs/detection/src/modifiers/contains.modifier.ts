import { withLeadingRun, withTrailingRun } from '../parse/sigma-text.js';
import { requireText, type Modifier } from './item-draft.js';

/** `contains`: the value may stand anywhere in the field's text. */
export const contains: Modifier = {
  name: 'contains',
  apply(draft) {
    if (draft.comparison.kind === 'field' && draft.comparison.mode === 'equals') {
      draft.comparison = { kind: 'field', mode: 'contains' };
      return;
    }
    draft.values = requireText(draft, 'contains').map((value) => ({
      ...value,
      parts: withTrailingRun(withLeadingRun(value.parts)),
    }));
  },
};
