import { withTrailingRun } from '../parse/sigma-text.js';
import { requireText, type Modifier } from './item-draft.js';

/** `startswith`: the field's text begins with the value. */
export const startswith: Modifier = {
  name: 'startswith',
  apply(draft) {
    if (draft.comparison.kind === 'field' && draft.comparison.mode === 'equals') {
      draft.comparison = { kind: 'field', mode: 'startswith' };
      return;
    }
    draft.values = requireText(draft, 'startswith').map((value) => ({
      ...value,
      parts: withTrailingRun(value.parts),
    }));
  },
};
