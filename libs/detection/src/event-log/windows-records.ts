import { windowsRecord, type WindowsRecord } from './windows-record.js';

/**
 * Reads a text of Windows events as converters of EVTX files write it: JSON objects one after the other, each over one
 * line or many, or lists of them.
 *
 * @throws SyntaxError when a part is not JSON
 */
export function windowsRecords(text: string): WindowsRecord[] {
  return jsonValues(text).flat().map(windowsRecord);
}

/** The JSON values that stand one after the other in a text. */
function jsonValues(text: string): unknown[] {
  const values: unknown[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: piece, index } of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}]/gs)) {
    if (piece === '{' || piece === '[') {
      depth += 1;
    } else if (piece === '}' || piece === ']') {
      depth -= 1;
      if (depth > 0) continue;
      values.push(JSON.parse(text.slice(start, index + 1).replace('\uFEFF', '')));
      start = index + 1;
    }
  }
  const rest = text.slice(start).replace('\uFEFF', '');
  if (rest.trim() !== '') values.push(JSON.parse(rest));
  return values;
}
