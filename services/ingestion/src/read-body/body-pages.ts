const NEWLINE = 0x0a;
/** Lines are counted this far. */
const LOCATED_BYTES = 4 * 1024 * 1024;

/** A body in the pieces in which it came, addressed as one text of bytes. Nothing is copied until it is asked for. */
export class BodyPages {
  private readonly pages: Buffer[] = [];
  /** Where each page begins. */
  private readonly begins: number[] = [];
  private bytes = 0;

  get length(): number {
    return this.bytes;
  }

  push(page: Buffer): void {
    if (page.length === 0) return;
    this.pages.push(page);
    this.begins.push(this.bytes);
    this.bytes += page.length;
  }

  /** The bytes from `start` to before `end`: a view where they lie in one page, else a copy. */
  slice(start: number, end: number): Buffer {
    const first = this.pageAt(start);
    const begin = this.begins[first] ?? 0;
    const page = this.pages[first];
    if (page === undefined || end <= start) return Buffer.alloc(0);
    if (end <= begin + page.length) return page.subarray(start - begin, end - begin);
    const parts: Buffer[] = [];
    for (let i = first; i < this.pages.length && this.begins[i]! < end; i += 1) {
      const from = Math.max(0, start - this.begins[i]!);
      parts.push(this.pages[i]!.subarray(from, Math.min(this.pages[i]!.length, end - this.begins[i]!)));
    }
    return Buffer.concat(parts);
  }

  /** Line and column of a position, both from 1; null where finding them would take long. */
  lineAt(position: number): { line: number; column: number } | null {
    if (position > LOCATED_BYTES) return null;
    const before = this.slice(0, position);
    let line = 1;
    for (const byte of before) if (byte === NEWLINE) line += 1;
    const begin = before.lastIndexOf(NEWLINE) + 1;
    return { line, column: before.subarray(begin).toString('utf8').length + 1 };
  }

  private pageAt(position: number): number {
    let low = 0;
    let high = this.begins.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.begins[middle]! <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
