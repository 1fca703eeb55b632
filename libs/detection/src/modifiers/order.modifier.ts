import type { CompareOperator } from '../document/selection.js';
import { ModifierError, requireUntouched, type Modifier } from './item-draft.js';

/** `lt`, `lte`, `gt`, `gte`: numeric order; numbers written as text count as numbers. */
export const orders: readonly Modifier[] = (['lt', 'lte', 'gt', 'gte'] as const).map(order);

function order(operator: CompareOperator): Modifier {
  return {
    name: operator,
    apply(draft) {
      if (draft.timePart === undefined) requireUntouched(draft, operator);
      if (draft.comparison.kind !== 'plain') {
        throw new ModifierError(
          'MODIFIER.ORDER',
          `"${operator}" cannot follow "${draft.applied.at(-1) ?? ''}"`,
        );
      }
      if (draft.field === null) throw new ModifierError('MODIFIER.FIELD', `"${operator}" needs a field`);
      draft.comparison = { kind: 'order', operator };
    },
  };
}
