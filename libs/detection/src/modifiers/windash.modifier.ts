import { DASHES, type TextPart } from '../parse/sigma-text.js';
import { requireText, type Modifier } from './item-draft.js';

/** `windash`: a dash or slash at the start of a word matches any character Windows accepts there. */
export const windash: Modifier = {
  name: 'windash',
  apply(draft) {
    draft.values = requireText(draft, 'windash').map((value) => ({
      ...value,
      parts: openDashes(value.parts),
    }));
  },
};

function openDashes(parts: readonly TextPart[]): TextPart[] {
  const result: TextPart[] = [];
  // A wildcard before the dash matches unknown characters, which may end in a space.
  let startsWord = true;
  for (const part of parts) {
    if (part.kind !== 'literal') {
      result.push(part);
      startsWord = part.kind !== 'dash';
      continue;
    }
    let literal = '';
    const characters = [...part.text];
    for (const [index, character] of characters.entries()) {
      const next = characters[index + 1];
      if (startsWord && DASHES.includes(character) && next !== undefined && /[\p{L}\p{N}_]/u.test(next)) {
        if (literal !== '') result.push({ kind: 'literal', text: literal });
        literal = '';
        result.push({ kind: 'dash' });
        startsWord = false;
      } else {
        literal += character;
        startsWord = !/[\p{L}\p{N}_]/u.test(character);
      }
    }
    if (literal !== '') result.push({ kind: 'literal', text: literal });
  }
  return result;
}
