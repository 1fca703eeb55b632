// eslint-disable-next-line no-control-regex
const BEYOND_ASCII = /[^\u0000-\u007f]/;

/**
 * Texts as UTF-8, one behind the other with one ASCII character between two of them; the same bytes as
 * `Buffer.from(open + texts.join(separator) + close)`. Half of a surrogate pair becomes U+FFFD.
 *
 * For many texts that make up a long one: joined first they would be copied twice into memory that is new each time, and
 * the common case, plain ASCII, is written several times as fast as any other.
 *
 * @param open one ASCII character or none, as `close`
 */
export function utf8Of(texts: readonly string[], separator: string, open = '', close = ''): Buffer {
  let size = open.length + close.length + Math.max(0, texts.length - 1);
  let beyond: Set<number> | undefined;
  for (let i = 0; i < texts.length; i += 1) {
    const text = texts[i]!;
    if (BEYOND_ASCII.test(text)) {
      (beyond ??= new Set()).add(i);
      size += Buffer.byteLength(text);
    } else {
      size += text.length;
    }
  }
  const bytes = Buffer.allocUnsafe(size);
  let at = bytes.write(open, 0, 'latin1');
  for (let i = 0; i < texts.length; i += 1) {
    if (i > 0) at += bytes.write(separator, at, 'latin1');
    at += beyond?.has(i) === true ? bytes.write(texts[i]!, at, 'utf8') : bytes.write(texts[i]!, at, 'latin1');
  }
  bytes.write(close, at, 'latin1');
  return bytes;
}
