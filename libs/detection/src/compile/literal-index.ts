import { fold } from './fold.js';
import { GRAM, gramAt, type GramStatistics } from './gram-statistics.js';

/** A literal to look for. */
export interface SoughtLiteral {
  /** Folded, not empty. */
  readonly text: string;
  /** Where in a text it counts. */
  readonly place: LiteralPlace;
  /** What to report when it is found. */
  readonly payload: Payload;
}
export type Payload = readonly number[];
export type LiteralPlace = 'anywhere' | 'start' | 'end';

/**
 * Finds which of many literals a text holds, in one pass over the text. Each literal is filed under the rarest of its
 * four-character pieces (shorter ones under two characters); the pass looks every piece of the text up, first in a bit
 * map that is nearly always empty there, and only then compares whole literals. Small enough to have one per field and
 * log source.
 */
export class LiteralIndex {
  /** Bits of the four-character pieces that literals are filed under. */
  private readonly bits: Int32Array;
  /** How far a hash is shifted to become a bit number. */
  private readonly shift: number;
  private readonly filed = new Map<number, Filed[]>();
  /** The same for literals of two and three characters, by both characters of a pair. */
  private readonly pairBits: Int32Array | undefined;
  private readonly filedPairs = new Map<number, Filed[]>();
  private readonly single: Filed[] = [];
  /** Literals with a character beyond ASCII, by the last such character; most texts need not be looked at for them. */
  private readonly wide = new Map<number, Filed[]>();

  constructor(literals: readonly SoughtLiteral[], statistics: GramStatistics | undefined) {
    const long: SoughtLiteral[] = [];
    const short: SoughtLiteral[] = [];
    for (const literal of literals) {
      const wide = lastWide(literal.text);
      if (wide >= 0) addTo(this.wide, literal.text.charCodeAt(wide), filedAt(literal, wide));
      else if (literal.text.length >= GRAM) long.push(literal);
      else if (literal.text.length > 1) short.push(literal);
      else this.single.push(filedAt(literal, 0));
    }
    let size = 10;
    while (1 << size < long.length * 64 && size < 22) size += 1;
    this.shift = 32 - size;
    this.bits = new Int32Array(1 << (size - 5));
    for (const literal of long) {
      const index = statistics?.rarest(literal.text).index ?? literal.text.length - GRAM;
      const bit = Math.imul(gramAt(literal.text, index), HASH) >>> this.shift;
      this.bits[bit >>> 5]! |= 1 << (bit & 31);
      addTo(this.filed, bit, filedAt(literal, index + GRAM - 1));
    }
    this.pairBits = short.length === 0 ? undefined : new Int32Array(2048);
    for (const literal of short) {
      const end = literal.text.length - 1;
      const pair = (literal.text.charCodeAt(end - 1) << 8) | literal.text.charCodeAt(end);
      this.pairBits![pair >>> 5]! |= 1 << (pair & 31);
      addTo(this.filedPairs, pair, filedAt(literal, end));
    }
  }

  /** Adds the payload of every literal found to `found`; one may be added several times. */
  scan(text: string, found: Payload[]): void {
    for (let i = 0; i < this.single.length; i += 1) {
      const entry = this.single[i]!;
      if (holds(text, entry)) found.push(entry.payload);
    }
    const seen =
      this.pairBits === undefined
        ? this.scanLong(text, found)
        : this.scanLongAndPairs(this.pairBits, text, found);
    if (seen > ASCII && this.wide.size > 0) this.scanWide(text, found);
  }

  /** The same for a text that is not folded; most need not be, because they cannot hold any literal. */
  scanUnfolded(text: string, found: Payload[]): void {
    if (this.mayHold(text)) this.scan(fold(text), found);
  }

  /** Whether a text, once it is folded, can hold a literal. */
  private mayHold(text: string): boolean {
    const { bits, shift, pairBits } = this;
    if (this.single.length > 0) return true;
    const end = text.length;
    let rolling = 0;
    for (let i = 0; i < end; i += 1) {
      const code = text.charCodeAt(i);
      if (code > ASCII) return true;
      rolling = (rolling << 8) | LOWER[code]!;
      const bit = Math.imul(rolling, HASH) >>> shift;
      if ((bits[bit >>> 5]! & (1 << (bit & 31))) !== 0) return true;
      if (pairBits !== undefined) {
        const pair = rolling & 0xffff;
        if ((pairBits[pair >>> 5]! & (1 << (pair & 31))) !== 0) return true;
      }
    }
    return false;
  }

  /** Whether the text holds any of the literals. */
  has(text: string): boolean {
    const found: Payload[] = [];
    this.scan(text, found);
    return found.length > 0;
  }

  /** Answers the bits of all characters together. */
  private scanLong(text: string, found: Payload[]): number {
    const { bits, shift } = this;
    const end = text.length;
    let rolling = 0;
    let seen = 0;
    for (let i = 0; i < end; i += 1) {
      const code = text.charCodeAt(i);
      seen |= code;
      rolling = (rolling << 8) | (code & 0xff);
      const bit = Math.imul(rolling, HASH) >>> shift;
      if ((bits[bit >>> 5]! & (1 << (bit & 31))) !== 0) collect(this.filed.get(bit), text, i, found);
    }
    return seen;
  }

  private scanLongAndPairs(pairBits: Int32Array, text: string, found: Payload[]): number {
    const { bits, shift } = this;
    const end = text.length;
    let rolling = 0;
    let seen = 0;
    for (let i = 0; i < end; i += 1) {
      const code = text.charCodeAt(i);
      seen |= code;
      rolling = (rolling << 8) | (code & 0xff);
      const bit = Math.imul(rolling, HASH) >>> shift;
      if ((bits[bit >>> 5]! & (1 << (bit & 31))) !== 0) collect(this.filed.get(bit), text, i, found);
      const pair = rolling & 0xffff;
      if ((pairBits[pair >>> 5]! & (1 << (pair & 31))) !== 0)
        collect(this.filedPairs.get(pair), text, i, found);
    }
    return seen;
  }

  private scanWide(text: string, found: Payload[]): void {
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code > ASCII) collect(this.wide.get(code), text, i, found);
    }
  }
}

/** The greatest code of an ASCII character. */
const ASCII = 0x7f;
/** Lower case of ASCII characters by code. */
const LOWER = Uint8Array.from({ length: ASCII + 1 }, (_, code) =>
  code >= 65 && code <= 90 ? code + 32 : code,
);
/** A multiplier that spreads the bits of a piece. */
const HASH = 0x9e3779b1;

interface Filed {
  readonly text: string;
  readonly place: LiteralPlace;
  /** Index in the literal of the character it is filed under. */
  readonly back: number;
  readonly payload: Payload;
}

function filedAt({ text, place, payload }: SoughtLiteral, back: number): Filed {
  return { text, place, back, payload };
}

/** Index of the last character beyond ASCII, -1 when there is none. */
function lastWide(text: string): number {
  for (let i = text.length - 1; i >= 0; i -= 1) if (text.charCodeAt(i) > ASCII) return i;
  return -1;
}

function addTo(table: Map<number, Filed[]>, key: number, entry: Filed): void {
  const list = table.get(key);
  if (list === undefined) table.set(key, [entry]);
  else list.push(entry);
}

/** Adds the payloads of those of a list that stand in the text around an index. */
function collect(list: readonly Filed[] | undefined, text: string, at: number, found: Payload[]): void {
  if (list === undefined) return;
  for (let i = 0; i < list.length; i += 1) {
    const entry = list[i]!;
    if (fits(text, entry, at)) found.push(entry.payload);
  }
}

function holds(text: string, { text: literal, place }: Filed): boolean {
  switch (place) {
    case 'anywhere':
      return text.includes(literal);
    case 'start':
      return text.startsWith(literal);
    case 'end':
      return text.endsWith(literal);
  }
}

/** Whether the literal stands where the character at an index is the one it is filed under. */
function fits(text: string, { text: literal, place, back }: Filed, at: number): boolean {
  const start = at - back;
  if (start < 0) return false;
  if (place === 'start' && start !== 0) return false;
  if (place === 'end' && start + literal.length !== text.length) return false;
  return text.startsWith(literal, start);
}
