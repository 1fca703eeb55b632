import { DASHES, normalizeParts, type TextPart } from '../parse/sigma-text.js';
import { fold } from './fold.js';

/** Whether a text fits a pattern. The text must be folded when the pattern was compiled without regard to case. */
export type TextTest = (text: string) => boolean;

type Piece = Exclude<TextPart, { kind: 'any-run' }>;

/** Compiles the parts of a Sigma text into a test, choosing the cheapest way to compare. */
export function compileText(source: readonly TextPart[], cased: boolean): TextTest {
  const parts = normalizeParts(
    cased
      ? source
      : source.map((part) => (part.kind === 'literal' ? { ...part, text: fold(part.text) } : part)),
  );
  const leading = parts[0]?.kind === 'any-run';
  const trailing = parts.at(-1)?.kind === 'any-run';
  const segments = splitAtRuns(parts);
  if (segments.length === 0) {
    return leading ? () => true : (text) => text === '';
  }
  const only = segments.length === 1 && segments[0]!.length === 1 ? segments[0]![0]! : undefined;
  if (only?.kind === 'literal') {
    const literal = only.text;
    if (leading && trailing) return (text) => text.includes(literal);
    if (leading) return (text) => text.endsWith(literal);
    if (trailing) return (text) => text.startsWith(literal);
    return (text) => text === literal;
  }
  const compiled = segments.map((pieces) => new Segment(pieces));
  return (text) => matchSegments(text, compiled, leading, trailing);
}

/** The longest literal that any text fitting the parts must contain, folded; '' when there is none. */
export function longestLiteral(parts: readonly TextPart[]): string {
  let longest = '';
  for (const part of normalizeParts(parts)) {
    if (part.kind !== 'literal') continue;
    const text = fold(part.text);
    if (text.length > longest.length) longest = text;
  }
  return longest;
}

function splitAtRuns(parts: readonly TextPart[]): Piece[][] {
  const segments: Piece[][] = [];
  let current: Piece[] = [];
  for (const part of parts) {
    if (part.kind === 'any-run') {
      if (current.length > 0) segments.push(current);
      current = [];
    } else {
      current.push(part);
    }
  }
  if (current.length > 0) segments.push(current);
  return segments;
}

function matchSegments(
  text: string,
  segments: readonly Segment[],
  leading: boolean,
  trailing: boolean,
): boolean {
  let first = 0;
  let last = segments.length;
  let from = 0;
  let to = text.length;
  if (!leading) {
    from = segments[0]!.forward(text, 0);
    if (from < 0) return false;
    if (last === 1 && !trailing) return from === to;
    first = 1;
  }
  if (!trailing && first < last) {
    last -= 1;
    to = segments[last]!.backward(text, text.length);
    if (to < from) return false;
  }
  for (let i = first; i < last; i += 1) {
    from = segments[i]!.search(text, from);
    if (from < 0 || from > to) return false;
  }
  return true;
}

/** A run of literals, single-character wildcards and dashes without `*` between them. */
class Segment {
  /** The longest literal: the place to look for first. -1 when there is none. */
  private readonly anchor: number;
  private readonly literal: string;

  constructor(private readonly pieces: readonly Piece[]) {
    let anchor = -1;
    let literal = '';
    for (const [index, piece] of pieces.entries()) {
      if (piece.kind === 'literal' && piece.text.length > literal.length) {
        anchor = index;
        literal = piece.text;
      }
    }
    this.anchor = anchor;
    this.literal = literal;
  }

  /** Matches from a position on; answers the position after the match, or -1. */
  forward(text: string, from: number, firstPiece = 0): number {
    let position = from;
    for (let i = firstPiece; i < this.pieces.length; i += 1) {
      const piece = this.pieces[i]!;
      if (piece.kind === 'literal') {
        if (!text.startsWith(piece.text, position)) return -1;
        position += piece.text.length;
      } else {
        if (position >= text.length) return -1;
        if (piece.kind === 'dash') {
          if (!DASHES.includes(text[position]!)) return -1;
          position += 1;
        } else {
          position += text.codePointAt(position)! > 0xffff ? 2 : 1;
        }
      }
    }
    return position;
  }

  /** Matches so that it ends at a position; answers where it begins, or -1. */
  backward(text: string, to: number, afterPiece = this.pieces.length): number {
    let position = to;
    for (let i = afterPiece - 1; i >= 0; i -= 1) {
      const piece = this.pieces[i]!;
      if (piece.kind === 'literal') {
        position -= piece.text.length;
        if (position < 0 || !text.startsWith(piece.text, position)) return -1;
      } else {
        if (position <= 0) return -1;
        if (piece.kind === 'dash') {
          position -= 1;
          if (!DASHES.includes(text[position]!)) return -1;
        } else {
          position -= position >= 2 && text.codePointAt(position - 2)! > 0xffff ? 2 : 1;
        }
      }
    }
    return position;
  }

  /** Finds the leftmost match at or after a position; answers the position after it, or -1. */
  search(text: string, from: number): number {
    if (this.anchor < 0) {
      for (let position = from; position <= text.length; position += 1) {
        const end = this.forward(text, position);
        if (end >= 0) return end;
      }
      return -1;
    }
    for (
      let found = text.indexOf(this.literal, from);
      found >= 0;
      found = text.indexOf(this.literal, found + 1)
    ) {
      const start = this.backward(text, found, this.anchor);
      if (start < from) continue;
      const end = this.forward(text, found, this.anchor);
      if (end >= 0) return end;
    }
    return -1;
  }
}
