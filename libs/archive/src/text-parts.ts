import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { LINE_START } from './event-row.js';

/** A file with some of the lines. */
export interface TextPart {
  path: string;
  /** Bytes of the longest line. */
  longestLine: number;
}

const LINE_END = 0x0a;
/** Bytes that are collected for one write. */
const WRITE_BYTES = 1024 * 1024;
const LEAF_START = LINE_START.length;
const LEAF_END = LEAF_START + 64;

/**
 * Writes lines of events to files of at least `partBytes`, the last one excepted; a file ends with a line. So a day of any
 * size takes the room of a few parts.
 *
 * @param onLeaf is given the hash of each event, in order
 */
export async function* textParts(
  lines: AsyncIterable<Buffer>,
  { folder, partBytes }: { folder: string; partBytes: number },
  onLeaf: (leaf: Buffer) => void,
): AsyncGenerator<TextPart> {
  let part: PartFile | null = null;
  let number = 0;
  // The line that a chunk begins is completed by a later one; a long line is in many chunks.
  let begun: Buffer[] = [];
  try {
    for await (const chunk of lines) {
      let start = 0;
      for (let end = chunk.indexOf(LINE_END); end !== -1; end = chunk.indexOf(LINE_END, start)) {
        const piece = chunk.subarray(start, end + 1);
        const line = begun.length === 0 ? piece : Buffer.concat([...begun, piece]);
        begun = [];
        start = end + 1;
        part ??= await PartFile.create(join(folder, `${++number}.ndjson`));
        onLeaf(Buffer.from(line.toString('latin1', LEAF_START, LEAF_END), 'hex'));
        part.add(line);
        if (part.pending >= WRITE_BYTES) await part.flush();
        if (part.bytes < partBytes) continue;
        const full = part;
        part = null;
        yield await full.end();
      }
      if (start < chunk.length) begun.push(chunk.subarray(start));
    }
    if (part !== null) {
      const last = part;
      part = null;
      yield await last.end();
    }
  } finally {
    await part?.close();
  }
}

/** A part while it is written. */
class PartFile {
  bytes = 0;
  pending = 0;
  private longestLine = 0;
  private lines: Buffer[] = [];

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
  ) {}

  static async create(path: string): Promise<PartFile> {
    return new PartFile(path, await open(path, 'w', 0o600));
  }

  add(line: Buffer): void {
    this.lines.push(line);
    this.bytes += line.length;
    this.pending += line.length;
    this.longestLine = Math.max(this.longestLine, line.length);
  }

  async flush(): Promise<void> {
    await this.file.writeFile(Buffer.concat(this.lines));
    this.lines = [];
    this.pending = 0;
  }

  async end(): Promise<TextPart> {
    try {
      await this.flush();
    } finally {
      await this.close();
    }
    return { path: this.path, longestLine: this.longestLine };
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
