import { exactNumbers, mayHoldLargeNumbers } from './exact-numbers.js';

/**
 * Reads a JSON text of bounded size; numbers that would lose digits become texts ({@link exactNumbers}).
 *
 * @throws SyntaxError for a text that is not JSON, RangeError for one that nests too deeply
 */
export function parseJson(text: string): unknown {
  const value = JSON.parse(text) as unknown;
  return mayHoldLargeNumbers(text) ? (JSON.parse(exactNumbers(text)) as unknown) : value;
}
