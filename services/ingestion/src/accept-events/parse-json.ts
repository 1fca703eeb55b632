import { AppError, messageOf } from '@mcm/kernel';
import { parse, type ParseError } from 'jsonc-parser';

/** Line and column, both from 1, of an offset in a text. */
function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}

/** Where the text stops being JSON; null when that cannot be told (it nests too deeply for the parser that looks). */
function faultOffset(text: string): number | null {
  const errors: ParseError[] = [];
  try {
    parse(text, errors, { allowTrailingComma: false, disallowComments: true });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  return errors[0]?.offset ?? null;
}

/** What is wrong with a JSON text and where, without quoting it: it may hold secrets. */
export function jsonFault(text: string, error: unknown): string {
  if (text.trim() === '') return 'The text is empty.';
  const what = messageOf(error)
    .replace(/ in JSON at position.*$/s, '')
    .replace(/, (\.\.\.)?".*$/s, '');
  const offset = faultOffset(text);
  if (offset === null) return `${what}.`;
  const { line, column } = placeOf(text, offset);
  return `${what} (line ${line}, column ${column}).`;
}

/**
 * Parses a whole body.
 *
 * @throws AppError `INTAKE.MALFORMED_JSON` with line and column
 */
export function parseJsonBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new AppError(
      'invalid',
      'INTAKE.MALFORMED_JSON',
      `The body is not valid JSON: ${jsonFault(text, error)}`,
      {
        cause: error,
      },
    );
  }
}

/** One line of newline-delimited JSON: its number from 0, and its value or why it is not JSON. */
export type NdjsonLine = { index: number } & ({ value: unknown } | { fault: string; text: string });

/** Parses newline-delimited JSON line by line, so that a bad line harms no other. Blank lines are skipped. */
export function parseNdjson(text: string): NdjsonLine[] {
  const lines: NdjsonLine[] = [];
  let index = 0;
  for (let start = 0; start <= text.length; index += 1) {
    const end = text.indexOf('\n', start);
    const line = end === -1 ? text.slice(start) : text.slice(start, end);
    if (line.trim() !== '') {
      try {
        lines.push({ index, value: JSON.parse(line) as unknown });
      } catch (error) {
        lines.push({ index, fault: jsonFault(line, error).replace(/\(line 1, /, '('), text: line });
      }
    }
    if (end === -1) break;
    start = end + 1;
  }
  return lines;
}
