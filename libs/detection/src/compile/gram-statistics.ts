/** Characters a literal is found by; shorter literals are found by what they have. */
export const GRAM = 4;

/**
 * How often four-character pieces occur in everything rules look for. What many values of rules contain (`.exe`,
 * `\windows\`) is common in events too, so this tells which piece of a literal is worth looking for.
 */
export class GramStatistics {
  private readonly counts = new Map<number, number>();
  private total = 1;

  /** Counts the pieces of a text, which must be folded. */
  add(text: string): void {
    for (const gram of gramsOf(text, GRAM)) {
      this.counts.set(gram, (this.counts.get(gram) ?? 0) + 1);
      this.total += 1;
    }
  }

  /** Where the rarest piece of a literal ends, counted from the first piece, and how many bits its sight tells. */
  rarest(literal: string): { index: number; bits: number } {
    if (literal.length < GRAM) return { index: 0, bits: literal.length * 2 };
    let index = 0;
    let least = Infinity;
    for (const [i, gram] of gramsOf(literal, GRAM).entries()) {
      const count = this.counts.get(gram) ?? 0;
      if (count < least) {
        least = count;
        index = i;
      }
    }
    return { index, bits: Math.log2(this.total / (least + 1)) };
  }
}

/** The pieces of a text by where they end, as numbers; only the low 8 bits of each character count. */
export function gramsOf(text: string, length: number): number[] {
  const mask = length === GRAM ? -1 : (1 << (8 * length)) - 1;
  const grams: number[] = [];
  let rolling = 0;
  for (let i = 0; i < text.length; i += 1) {
    rolling = (rolling << 8) | (text.charCodeAt(i) & 0xff);
    if (i >= length - 1) grams.push(rolling & mask);
  }
  return grams;
}
