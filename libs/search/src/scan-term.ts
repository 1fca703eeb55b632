import { queryFault } from './query-fault.js';
import { QUERY_LIMITS } from './query.js';

/** A stretch of a term: as it stands, or protected from having a meaning by quotes or a backslash. */
interface Piece {
  text: string;
  protected: boolean;
}

/** A term as it was written, and where it ends. */
export interface Term {
  at: number;
  end: number;
  pieces: readonly Piece[];
}

/** Where a term ends that is not quoted. */
const ENDS = /[\s()]/;

/**
 * Reads a term from `at` on: up to a blank, a parenthesis, or, for what may be the name of a field, a colon.
 * Quotes and backslashes protect what has a meaning otherwise.
 */
export function scanTerm(text: string, at: number, stopAtColon: boolean): Term {
  const pieces: Piece[] = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') pieces.push({ text: plain, protected: false });
    plain = '';
  };
  let i = at;
  for (; i < text.length; i++) {
    const char = text[i]!;
    if (ENDS.test(char) || (stopAtColon && char === ':')) break;
    if (char === '\\') {
      if (i + 1 === text.length) throw queryFault(i, 'the backslash has nothing behind it');
      flush();
      pieces.push({ text: text[++i]!, protected: true });
    } else if (char === '"') {
      flush();
      const { value, end } = scanQuoted(text, i);
      pieces.push({ text: value, protected: true });
      i = end;
    } else {
      plain += char;
    }
  }
  flush();
  return { at, end: i, pieces };
}

/** What is between two quotes; a backslash before a quote or a backslash takes its meaning. `end` is the closing quote. */
function scanQuoted(text: string, at: number): { value: string; end: number } {
  let value = '';
  for (let i = at + 1; i < text.length; i++) {
    const char = text[i]!;
    if (char === '"') return { value, end: i };
    value += char === '\\' && /["\\]/.test(text[i + 1] ?? '') ? text[++i]! : char;
  }
  throw queryFault(at, 'this quote is not closed; write \\" for a quote inside of a text');
}

/** The term when nothing in it is protected, else null: `and` is an operator and `"and"` a word. */
export function plainText(term: Term): string | null {
  const [piece, more] = term.pieces;
  return piece !== undefined && more === undefined && !piece.protected ? piece.text : null;
}

/** The parts of the term between its wildcards: one part when there is none. */
export function parts(term: Term): string[] {
  const found = [''];
  const add = (text: string) => (found[found.length - 1] += text);
  for (const piece of term.pieces) {
    if (piece.protected) add(piece.text);
    else
      piece.text.split(/\*+/).forEach((text, i) => {
        if (i > 0) found.push('');
        add(text);
      });
  }
  if (found.length - 1 > QUERY_LIMITS.wildcards) {
    throw queryFault(term.at, `a value takes at most ${QUERY_LIMITS.wildcards} wildcards`);
  }
  return found;
}

/** The term as the name of a field: its parts between dots, where quoted dots belong to a part. */
export function fieldPath(term: Term): string[] {
  const path = [''];
  for (const piece of term.pieces) {
    (piece.protected ? [piece.text] : piece.text.split('.')).forEach((text, i) => {
      if (i > 0) path.push('');
      path[path.length - 1] += text;
    });
    if (!piece.protected && piece.text.includes('*')) {
      throw queryFault(term.at, 'the name of a field takes no *; quote it where it belongs to the name');
    }
  }
  if (path.includes('')) {
    throw queryFault(term.at, 'the name of a field is missing here, or a part of it between two dots');
  }
  if (path.length > QUERY_LIMITS.pathLength) {
    throw queryFault(term.at, `the name of a field has at most ${QUERY_LIMITS.pathLength} parts`);
  }
  return path;
}
