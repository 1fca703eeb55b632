import { AppError, messageOf, parseJson } from '@mcm/kernel';
import { parse, type ParseError } from 'jsonc-parser';

/** In longer texts the place of a fault is not looked for: that would take long. */
const LOCATED_LENGTH = 512 * 1024;

/** Characters of a line that are looked at for a hint. */
const HINT_LENGTH = 4_096;

/** Line and column, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What keeps a text from being JSON. */
export interface JsonProblem {
  /** Without quoting the text: it may hold secrets. */
  readonly what: string;
  /** Where the text stops being JSON; null when that cannot be told. */
  readonly offset: number | null;
}

/** Explains the error that {@link parseJson} threw for a text. */
export function jsonProblem(text: string, error: unknown): JsonProblem {
  if (text.trim() === '') return { what: 'The text is empty', offset: null };
  const what = messageOf(error)
    .replace(/ in JSON at position.*$/s, '')
    .replace(/, (\.\.\.)?".*$/s, '');
  return { what, offset: faultOffset(text) };
}

/** Where the text stops being JSON; null when that cannot be told (it nests too deeply for the parser that looks). */
function faultOffset(text: string): number | null {
  if (text.length > LOCATED_LENGTH) return null;
  const errors: ParseError[] = [];
  try {
    parse(text, errors, { allowTrailingComma: false, disallowComments: true });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  return errors[0]?.offset ?? null;
}

function placeOf(text: string, offset: number | null): Place | null {
  if (offset === null) return null;
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/**
 * Parses a whole body.
 *
 * @throws AppError `INTAKE.MALFORMED_JSON` with line and column
 */
export function parseJsonBody(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    const { what, offset } = jsonProblem(text, error);
    throw malformedJson(what, placeOf(text, offset), error);
  }
}

/** Refuses a body as a whole. */
export function malformedJson(what: string, place: Place | null, cause?: unknown): AppError {
  const where = place === null ? '' : ` (line ${place.line}, column ${place.column})`;
  return new AppError('invalid', 'INTAKE.MALFORMED_JSON', `The body is not valid JSON: ${what}${where}.`, {
    cause,
  });
}

/** What is wrong with one line of newline-delimited JSON, and in which column. */
export function lineProblem(line: string, error: unknown): string {
  const { what, offset } = jsonProblem(line, error);
  return `${what}${offset === null ? '' : ` (column ${offset + 1})`}.${lineHint(line)}`;
}

/** The two ways in which lines are often sent by mistake. */
function lineHint(line: string): string {
  if (/^\s*\{.*\}\s*\{/.test(line.slice(0, HINT_LENGTH))) {
    return ' Several events stand on one line; curl keeps the newlines of a file with --data-binary, not with -d.';
  }
  return /^\s*[[{,\]}]*\s*$/.test(line.slice(0, HINT_LENGTH))
    ? ' Each line must be a whole event; JSON over several lines is sent as application/json.'
    : '';
}
