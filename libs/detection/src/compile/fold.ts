/**
 * Text as it is compared without regard to case. Final sigma is folded by hand, because `toLowerCase` looks at the
 * neighbours there and a part of a text would fold differently from the whole.
 */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower;
}
