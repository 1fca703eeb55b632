import type { BodyScanner } from './body-scanner.js';
import type { ItemRanges } from './item-ranges.js';

const NEWLINE = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[` and `{`, `]` and `}` differ in this bit alone. */
const BRACE_BIT = 0x20;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Finds the lines of newline-delimited JSON. Blank lines are no items, and count as lines. */
export class LineScanner implements BodyScanner {
  private position: number;
  private start: number;
  private line = 0;
  private blank = true;
  private depth = 0;
  private tooDeep = false;
  private inText = false;
  private escaped = false;

  constructor(
    readonly ranges: ItemRanges,
    begin: number,
  ) {
    this.position = begin;
    this.start = begin;
  }

  push(chunk: Uint8Array): void {
    const { depth: depthLimit } = this.ranges.limits;
    const base = this.position;
    for (let i = 0; i < chunk.length; i += 1) {
      const byte = chunk[i]!;
      if (byte === NEWLINE) {
        this.endLine(base + i);
      } else if (byte > SPACE) {
        this.blank = false;
        if (this.inText) {
          if (this.escaped) this.escaped = false;
          else if (byte === BACKSLASH) this.escaped = true;
          else if (byte === QUOTE) this.inText = false;
        } else if (byte === QUOTE) {
          this.inText = true;
        } else if ((byte | BRACE_BIT) === OPEN) {
          this.depth += 1;
          if (this.depth > depthLimit) this.tooDeep = true;
        } else if ((byte | BRACE_BIT) === CLOSE) {
          this.depth -= 1;
        }
      } else if (this.escaped) {
        this.escaped = false;
      }
    }
    this.position = base + chunk.length;
    this.ranges.checkLength(this.position - this.start);
  }

  end(): void {
    this.endLine(this.position);
  }

  private endLine(end: number): void {
    if (!this.blank) {
      this.ranges.checkLength(end - this.start);
      this.ranges.add(this.start, end, this.line, this.tooDeep);
    }
    this.line += 1;
    this.start = end + 1;
    this.blank = true;
    this.depth = 0;
    this.tooDeep = false;
    this.inText = false;
    this.escaped = false;
  }
}
