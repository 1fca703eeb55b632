/** Whether no PostgreSQL text can hold this one: it has U+0000 or half of a surrogate pair. */
export function isUnstorable(text: string): boolean {
  return text.includes('\u0000') || !text.isWellFormed();
}
