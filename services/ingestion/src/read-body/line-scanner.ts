import type { BodyScanner } from './body-scanner.js';
import type { ItemRanges } from './item-ranges.js';

const NEWLINE = 0x0a;
const SPACE = 0x20;
/** Bytes that are looked at one by one; the rest of a long line is skipped faster. */
const NEAR_BYTES = 64;

/** Finds the lines of newline-delimited JSON. Blank lines are no items, and count as lines. */
export class LineScanner implements BodyScanner {
  private position: number;
  private start: number;
  private line = 0;
  private blank = true;

  constructor(
    readonly ranges: ItemRanges,
    begin: number,
  ) {
    this.position = begin;
    this.start = begin;
  }

  push(chunk: Buffer): void {
    for (let from = 0; from < chunk.length;) {
      const end = this.lineEnd(chunk, from);
      if (end < chunk.length) this.endLine(this.position + end);
      from = end + 1;
    }
    this.position += chunk.length;
    this.ranges.checkLength(this.position - this.start);
  }

  end(): void {
    this.endLine(this.position);
  }

  /** The next end of a line, or the end of the chunk. */
  private lineEnd(chunk: Buffer, from: number): number {
    let at = from;
    const near = Math.min(from + NEAR_BYTES, chunk.length);
    for (; at < near; at += 1) {
      const byte = chunk[at]!;
      if (byte === NEWLINE) return at;
      if (byte > SPACE) this.blank = false;
    }
    const found = chunk.indexOf(NEWLINE, at);
    const end = found === -1 ? chunk.length : found;
    for (; this.blank && at < end; at += 1) if (chunk[at]! > SPACE) this.blank = false;
    return end;
  }

  private endLine(end: number): void {
    if (!this.blank) this.ranges.add(this.start, end, this.line);
    this.line += 1;
    this.start = end + 1;
    this.blank = true;
  }
}
