/**
 * A piece of a Sigma text value: literal characters, `*` (any run, also empty), `?` (exactly one character), or a
 * dash that matches any of the characters Windows accepts before a switch.
 */
export type TextPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'any-run' }
  | { readonly kind: 'any-one' }
  | { readonly kind: 'dash' };

/** The characters a {@link TextPart} of kind `dash` matches. */
export const DASHES = '-/\u2013\u2014\u2015';

const ANY_RUN: TextPart = { kind: 'any-run' };
const ANY_ONE: TextPart = { kind: 'any-one' };

/**
 * Reads a Sigma text value: `*` and `?` are wildcards, `\*` and `\?` the characters themselves, `\\` one backslash;
 * a backslash before any other character, and a trailing one, is itself.
 */
export function parseSigmaText(value: string): TextPart[] {
  const parts: TextPart[] = [];
  let literal = '';
  const flush = (): void => {
    if (literal !== '') parts.push({ kind: 'literal', text: literal });
    literal = '';
  };
  for (let i = 0; i < value.length; i += 1) {
    const character = value[i]!;
    if (character === '\\') {
      const next = value[i + 1];
      if (next === '*' || next === '?' || next === '\\') {
        literal += next;
        i += 1;
      } else {
        literal += character;
      }
    } else if (character === '*') {
      flush();
      if (parts.at(-1)?.kind !== 'any-run') parts.push(ANY_RUN);
    } else if (character === '?') {
      flush();
      parts.push(ANY_ONE);
    } else {
      literal += character;
    }
  }
  flush();
  return parts;
}

/** Puts an any-run before the parts, unless one is there. */
export function withLeadingRun(parts: readonly TextPart[]): TextPart[] {
  return parts[0]?.kind === 'any-run' ? [...parts] : [ANY_RUN, ...parts];
}

/** Puts an any-run after the parts, unless one is there. */
export function withTrailingRun(parts: readonly TextPart[]): TextPart[] {
  return parts.at(-1)?.kind === 'any-run' ? [...parts] : [...parts, ANY_RUN];
}

/** The text when it has no wildcards, otherwise undefined. */
export function literalOf(parts: readonly TextPart[]): string | undefined {
  let text = '';
  for (const part of parts) {
    if (part.kind !== 'literal') return undefined;
    text += part.text;
  }
  return text;
}

/** Joins neighbouring literals and neighbouring any-runs. */
export function normalizeParts(parts: readonly TextPart[]): TextPart[] {
  const result: TextPart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (part.kind === 'literal' && last?.kind === 'literal') {
      result[result.length - 1] = { kind: 'literal', text: last.text + part.text };
    } else if (part.kind === 'any-run' && last?.kind === 'any-run') {
      continue;
    } else if (part.kind !== 'literal' || part.text !== '') {
      result.push(part);
    }
  }
  return result;
}

/** How the parts read in Sigma syntax (a dash is written `-`), for reasons and messages. */
export function formatParts(parts: readonly TextPart[]): string {
  return parts
    .map((part) => {
      switch (part.kind) {
        case 'literal':
          return part.text;
        case 'any-run':
          return '*';
        case 'any-one':
          return '?';
        case 'dash':
          return '-';
      }
    })
    .join('');
}
