import { literalVariants } from '../modifiers/literal-variants.js';
import { normalizeParts, type TextPart } from '../parse/sigma-text.js';
import { fold } from './fold.js';
import type { LiteralPlace } from './literal-index.js';

/** Literals (folded) of which every text that fits a pattern holds one, all at the same kind of place. */
export interface NeededLiterals {
  readonly texts: readonly string[];
  readonly place: LiteralPlace;
}

/** Of longer literals only the last characters are looked up. */
const LITERAL_LENGTH = 40;
/** Dashes of which every meaning is looked up; a longer run of text is cut at further ones. */
const MAX_DASHES = 2;

/** The longest literal (with every meaning of the dashes in it) that a text must hold; undefined when there is none. */
export function neededLiterals(source: readonly TextPart[]): NeededLiterals | undefined {
  const parts = normalizeParts(source);
  let best: { run: readonly TextPart[]; begin: number; length: number } | undefined;
  for (let begin = 0; begin < parts.length; begin += 1) {
    let length = 0;
    let dashes = 0;
    let end = begin;
    for (; end < parts.length; end += 1) {
      const part = parts[end]!;
      if (part.kind === 'dash') {
        if (dashes === MAX_DASHES) break;
        dashes += 1;
        length += 1;
      } else if (part.kind === 'literal') {
        length += part.text.length;
      } else {
        break;
      }
    }
    if (length > (best?.length ?? 0)) best = { run: parts.slice(begin, end), begin, length };
  }
  if (best === undefined) return undefined;
  const { run, begin } = best;
  const texts = (literalVariants(run) ?? []).map(fold);
  if (texts.length === 0) return undefined;
  if (begin + run.length === parts.length) {
    return { texts: texts.map((text) => text.slice(-LITERAL_LENGTH)), place: 'end' };
  }
  const cut = texts.some((text) => text.length > LITERAL_LENGTH);
  return {
    texts: texts.map((text) => text.slice(-LITERAL_LENGTH)),
    place: begin === 0 && !cut ? 'start' : 'anywhere',
  };
}
