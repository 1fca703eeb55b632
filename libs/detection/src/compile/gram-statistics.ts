/** Characters a literal is found by; shorter literals are found by what they have. */
export const GRAM = 4;

/** Counters, as a power of two: pieces that share one only make the statistics a little worse. */
const COUNTERS = 1 << 16;

/**
 * How often four-character pieces occur in everything rules look for. What many values of rules contain (`.exe`,
 * `\windows\`) is common in events too, so this tells which piece of a literal is worth looking for.
 */
export class GramStatistics {
  private readonly counts = new Uint32Array(COUNTERS);
  private total = 1;

  /** Counts the pieces of a text, which must be folded. */
  add(text: string): void {
    let gram = 0;
    for (let i = 0; i < text.length; i += 1) {
      gram = (gram << 8) | (text.charCodeAt(i) & 0xff);
      if (i < GRAM - 1) continue;
      this.counts[counter(gram)]! += 1;
      this.total += 1;
    }
  }

  /** Where the rarest piece of a literal begins, and how many bits its sight tells. */
  rarest(literal: string): { index: number; bits: number } {
    if (literal.length < GRAM) return { index: 0, bits: literal.length * 2 };
    let index = 0;
    let least = Infinity;
    let gram = 0;
    for (let i = 0; i < literal.length; i += 1) {
      gram = (gram << 8) | (literal.charCodeAt(i) & 0xff);
      if (i < GRAM - 1) continue;
      const count = this.counts[counter(gram)]!;
      if (count < least) {
        least = count;
        index = i - GRAM + 1;
      }
    }
    return { index, bits: Math.log2(this.total / (least + 1)) };
  }
}

function counter(gram: number): number {
  return Math.imul(gram, 0x9e3779b1) >>> 16;
}

/** The piece of a text that begins at an index, as a number; only the low 8 bits of each character count. */
export function gramAt(text: string, index: number): number {
  let gram = 0;
  for (let i = index; i < index + GRAM; i += 1) gram = (gram << 8) | (text.charCodeAt(i) & 0xff);
  return gram;
}
