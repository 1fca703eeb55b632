const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Bytes that are looked at one by one; the rest of a long text is skipped faster. */
const NEAR_BYTES = 48;

/**
 * Where a JSON text between quotes ends: the position of the closing quote, or -1.
 *
 * @param from the first byte that is not known to be escaped
 */
export function textEnd(chunk: Buffer, from: number): number {
  for (let at = from; at < chunk.length; at += 1) {
    const near = Math.min(at + NEAR_BYTES, chunk.length);
    while (at < near && chunk[at] !== QUOTE) at += 1;
    if (at === near) at = near === chunk.length ? -1 : chunk.indexOf(QUOTE, near);
    if (at === -1) return -1;
    if (!isEscaped(chunk, from, at)) return at;
  }
  return -1;
}

/** Whether an odd number of backslashes stands before a position. */
export function isEscaped(chunk: Buffer, from: number, at: number): boolean {
  let first = at;
  while (first > from && chunk[first - 1] === BACKSLASH) first -= 1;
  return (at - first) % 2 === 1;
}
