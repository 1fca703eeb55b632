import { normalizeParts, type TextPart } from '../parse/sigma-text.js';
import { fold } from './fold.js';

/** The cheapest way to compare with a Sigma text. Literals are folded unless the text is cased. */
export type TextShape =
  | { readonly kind: 'anything' }
  | { readonly kind: 'equal' | 'contains' | 'start' | 'end'; readonly literal: string }
  | { readonly kind: 'pattern'; readonly parts: readonly TextPart[] };

/** Finds the cheapest way to compare with a Sigma text. */
export function textShape(source: readonly TextPart[], cased: boolean): TextShape {
  const parts = normalizeParts(
    cased
      ? source
      : source.map((part) => (part.kind === 'literal' ? { ...part, text: fold(part.text) } : part)),
  );
  const leading = parts[0]?.kind === 'any-run';
  const trailing = parts.length > 1 && parts.at(-1)!.kind === 'any-run';
  const inner = parts.slice(leading ? 1 : 0, trailing ? -1 : undefined);
  if (inner.length === 0) return leading ? { kind: 'anything' } : { kind: 'equal', literal: '' };
  const only = inner.length === 1 ? inner[0]! : undefined;
  if (only?.kind !== 'literal') return { kind: 'pattern', parts };
  const literal = only.text;
  if (leading && trailing) return { kind: 'contains', literal };
  if (leading) return { kind: 'end', literal };
  if (trailing) return { kind: 'start', literal };
  return { kind: 'equal', literal };
}
