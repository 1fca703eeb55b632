import { DASHES, type TextPart } from '../parse/sigma-text.js';

type Piece = Exclude<TextPart, { kind: 'any-run' }>;

/** A text with wildcards or dashes inside. Compares in time proportional to the product of the lengths at worst. */
export class TextPattern {
  private readonly leading: boolean;
  private readonly trailing: boolean;
  private readonly segments: readonly Segment[];
  /** What comparing with one character of a text may cost, in the units of `EVALUATION_LIMITS`. */
  readonly unitsPerCharacter: number;

  /** Parts with folded literals when folded texts are compared. */
  constructor(parts: readonly TextPart[]) {
    this.leading = parts[0]?.kind === 'any-run';
    this.trailing = parts.at(-1)?.kind === 'any-run';
    this.segments = splitAtRuns(parts).map((pieces) => new Segment(pieces));
    let length = 0;
    for (const part of parts) length += part.kind === 'literal' ? part.text.length : 1;
    this.unitsPerCharacter = length / 32;
  }

  matches(text: string): boolean {
    const { segments } = this;
    let first = 0;
    let last = segments.length;
    let from = 0;
    let to = text.length;
    if (!this.leading) {
      from = segments[0]!.forward(text, 0);
      if (from < 0) return false;
      if (last === 1 && !this.trailing) return from === to;
      first = 1;
    }
    if (!this.trailing && first < last) {
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
