import { Readable } from 'node:stream';

/** One piece of a server-sent event stream. */
export function frame(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

const GAP = frame('gap', {});

/**
 * What one client of the live stream has still to receive, at most `bufferBytes` of it. A client that reads too slowly
 * is told once that there is a gap and misses what happens until it has caught up with half of its buffer: the gap
 * stands behind everything it has not read yet, so whatever it misses happened before it learns of the gap.
 */
export class StreamClient {
  /** Goes to the client. */
  readonly output: Readable;
  private lagging = false;
  private lengthAtHeartbeat = 0;
  private ended = false;

  constructor(
    private readonly bufferBytes: number,
    private readonly onGap: () => void,
  ) {
    // Everything is pushed from outside; there is nothing to do when the connection asks for more.
    this.output = new Readable({ read() {}, highWaterMark: bufferBytes });
  }

  /** Sends a piece, or leaves it out when the client is behind. */
  send(text: string): void {
    if (this.ended || this.output.destroyed) return;
    if (this.lagging && this.output.readableLength > this.bufferBytes / 2) return;
    this.lagging = this.output.readableLength + Buffer.byteLength(text) > this.bufferBytes;
    if (this.lagging) this.onGap();
    this.output.push(this.lagging ? GAP : text);
  }

  /** Sends a sign of life; false when the client has read nothing since the last one although there was something. */
  heartbeat(): boolean {
    if (this.ended || this.output.destroyed) return true;
    const { readableLength } = this.output;
    const stuck = this.lagging && this.lengthAtHeartbeat > 0 && readableLength >= this.lengthAtHeartbeat;
    this.lengthAtHeartbeat = readableLength;
    if (readableLength === 0) this.output.push(': heartbeat\n\n');
    return !stuck;
  }

  /** Ends the stream in order: what is waiting is still sent. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.output.push(null);
  }
}
