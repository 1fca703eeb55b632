/** A decimal number written as text, or undefined. */
export function numberOfText(text: string): number | undefined {
  return text.length <= 64 && /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(text)
    ? Number(text)
    : undefined;
}
