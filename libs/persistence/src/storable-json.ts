/**
 * A value as JSON text that PostgreSQL can hold as jsonb: U+0000 and lone surrogates, which it refuses, become U+FFFD, in
 * keys too.
 */
export function storableJson(value: unknown): string {
  // JSON.stringify writes both as escapes; an even number of backslashes before one are characters of their own.
  return JSON.stringify(value).replace(
    /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g,
    (_, backslashes: string) => `${backslashes}\uFFFD`,
  );
}
