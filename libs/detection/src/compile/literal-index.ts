import { GRAM, gramsOf, type GramStatistics } from './gram-statistics.js';

/**
 * Finds which of many literals a text holds, in one pass over the text. Each literal is filed under the rarest of its
 * four-character pieces; the pass looks every piece of the text up, first in a bit map that is nearly always empty
 * there, and only then compares whole literals. Small enough to have one per field and log source.
 */
export class LiteralIndex {
  /** One table per gram length that occurs, longest first. */
  private readonly tables: readonly GramTable[];

  /** Literals (not empty, folded) with what to report when one is found. */
  constructor(literals: ReadonlyMap<string, readonly number[]>, statistics: GramStatistics) {
    const byLength = new Map<number, Map<string, readonly number[]>>();
    for (const [literal, payload] of literals) {
      const length = Math.min(GRAM, literal.length);
      let group = byLength.get(length);
      if (group === undefined) byLength.set(length, (group = new Map()));
      group.set(literal, payload);
    }
    this.tables = [...byLength]
      .sort(([a], [b]) => b - a)
      .map(([length, group]) => new GramTable(length, group, statistics));
  }

  /** Calls back with the payload of every literal found; a payload may come more than once. */
  scan(text: string, found: (payload: readonly number[]) => void): void {
    for (const table of this.tables) table.scan(text, found);
  }
}

class GramTable {
  /** Bits of the grams that occur. */
  private readonly bits: Int32Array;
  /** How far a hash is shifted to become a bit number. */
  private readonly shift: number;
  /** Bit of a gram → literals filed under it; other grams may share the bit. */
  private readonly filed = new Map<number, Filed[]>();
  private readonly mask: number;

  constructor(
    private readonly length: number,
    literals: ReadonlyMap<string, readonly number[]>,
    statistics: GramStatistics,
  ) {
    this.mask = length === GRAM ? -1 : (1 << (8 * length)) - 1;
    let size = 12;
    while (1 << size < literals.size * 64 && size < 22) size += 1;
    this.shift = 32 - size;
    this.bits = new Int32Array(1 << (size - 5));
    for (const [literal, payload] of literals) {
      const { index } = statistics.rarest(literal);
      const bit = this.bitOf(gramsOf(literal, length)[index]!);
      this.bits[bit >>> 5]! |= 1 << (bit & 31);
      const list = this.filed.get(bit);
      const entry = { literal, back: index + length - 1, payload };
      if (list === undefined) this.filed.set(bit, [entry]);
      else list.push(entry);
    }
  }

  scan(text: string, found: (payload: readonly number[]) => void): void {
    const { bits, shift, mask, length } = this;
    const end = text.length;
    let rolling = 0;
    for (let i = 0; i < end; i += 1) {
      rolling = (rolling << 8) | (text.charCodeAt(i) & 0xff);
      const bit = Math.imul(rolling & mask, 0x9e3779b1) >>> shift;
      if ((bits[bit >>> 5]! & (1 << (bit & 31))) !== 0 && i >= length - 1) this.compare(text, i, bit, found);
    }
  }

  private bitOf(gram: number): number {
    return Math.imul(gram, 0x9e3779b1) >>> this.shift;
  }

  private compare(text: string, at: number, bit: number, found: (payload: readonly number[]) => void): void {
    const list = this.filed.get(bit);
    if (list === undefined) return;
    for (let i = 0; i < list.length; i += 1) {
      const { literal, back, payload } = list[i]!;
      const start = at - back;
      if (start >= 0 && text.startsWith(literal, start)) found(payload);
    }
  }
}

interface Filed {
  readonly literal: string;
  /** How many characters before the gram's end the literal begins. */
  readonly back: number;
  readonly payload: readonly number[];
}
