/** Text as PostgreSQL can hold it: U+0000 and lone surrogates, which UTF-8 has no bytes for, become U+FFFD. */
export function storableText(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD').replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** Storable text of at most `maxBytes` in UTF-8, cut between characters. */
export function cutText(text: string, maxBytes: number): { text: string; truncated: boolean } {
  // A UTF-16 unit is at least one byte, so what lies behind can be dropped before the long way is gone.
  const storable = storableText(text.slice(0, maxBytes + 1));
  const bytes = Buffer.from(storable, 'utf8');
  if (bytes.length <= maxBytes && text.length <= maxBytes) return { text: storable, truncated: false };
  let end = Math.min(maxBytes, bytes.length);
  // 10xxxxxx continues a character: go back to where one begins.
  while (end > 0 && end < bytes.length && (bytes[end]! & 0b1100_0000) === 0b1000_0000) end -= 1;
  return { text: bytes.toString('utf8', 0, end), truncated: true };
}
