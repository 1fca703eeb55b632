import type { TimePart } from '../document/selection.js';
import { ModifierError, requireUntouched, type Modifier } from './item-draft.js';

/** `minute`, `hour`, `day`, `week`, `month`, `year`: a part of a date-time value, as it is written, no zone applied. */
export const timeParts: readonly Modifier[] = (
  ['minute', 'hour', 'day', 'week', 'month', 'year'] as const
).map(timePart);

function timePart(part: TimePart): Modifier {
  return {
    name: part,
    apply(draft) {
      requireUntouched(draft, part);
      if (draft.comparison.kind !== 'plain' || draft.timePart !== undefined) {
        throw new ModifierError('MODIFIER.ORDER', `"${part}" cannot follow "${draft.applied.at(-1) ?? ''}"`);
      }
      if (draft.field === null) throw new ModifierError('MODIFIER.FIELD', `"${part}" needs a field`);
      draft.timePart = part;
    },
  };
}
