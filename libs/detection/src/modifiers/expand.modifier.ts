import { RULE_LIMITS } from '../limits.js';
import { parseSigmaText, type TextPart } from '../parse/sigma-text.js';
import { ModifierError, requireText, type Modifier, type TextDraft } from './item-draft.js';
import { placeholderValues, type Placeholders } from './placeholders.js';

const PLACEHOLDER = /\\%|%([\p{L}\p{N}_-]+)%/gu;

/** `expand`: `%name%` becomes each value the installation gives for that name; `\%` is a plain percent sign. */
export const expand: Modifier = {
  name: 'expand',
  apply(draft) {
    draft.values = requireText(draft, 'expand').flatMap((value) => expandValue(value, draft.placeholders));
  },
};

function expandValue(value: TextDraft, placeholders: Placeholders): TextDraft[] {
  let variants: TextPart[][] = [[]];
  for (const part of value.parts) {
    variants = product(variants, part.kind === 'literal' ? expandLiteral(part.text, placeholders) : [[part]]);
  }
  return variants.map((parts) => ({ ...value, parts }));
}

/** Every beginning with every end; counted before it is made. */
function product(beginnings: TextPart[][], ends: readonly (readonly TextPart[])[]): TextPart[][] {
  if (beginnings.length * ends.length > RULE_LIMITS.expansions) {
    throw new ModifierError('MODIFIER.VALUE', `"expand" gives more than ${RULE_LIMITS.expansions} values`);
  }
  return beginnings.flatMap((beginning) => ends.map((end) => [...beginning, ...end]));
}

function expandLiteral(text: string, placeholders: Placeholders): TextPart[][] {
  let variants: TextPart[][] = [[]];
  let position = 0;
  const append = (choices: readonly (readonly TextPart[])[]): void => {
    variants = product(variants, choices);
  };
  for (const match of text.matchAll(PLACEHOLDER)) {
    if (match.index > position) append([[{ kind: 'literal', text: text.slice(position, match.index) }]]);
    const name = match[1];
    if (name === undefined) {
      append([[{ kind: 'literal', text: '%' }]]);
    } else {
      const values = placeholderValues(placeholders, name);
      if (values === undefined || values.length === 0) {
        throw new ModifierError('MODIFIER.PLACEHOLDER', `No value is known for the placeholder %${name}%`);
      }
      append(values.map(parseSigmaText));
    }
    position = match.index + match[0].length;
  }
  if (position < text.length) append([[{ kind: 'literal', text: text.slice(position) }]]);
  return variants;
}
