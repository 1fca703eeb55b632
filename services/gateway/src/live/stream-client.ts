import { Readable } from 'node:stream';
import type { LiveMessages } from '@mcm/contracts';

/** One piece of a server-sent event stream. */
export function frame<Name extends keyof LiveMessages>(event: Name, data: LiveMessages[Name]): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

const GAP = frame('gap', {});

/** Heartbeats after which a client that has stopped reading is let go. */
const BEATS_WITHOUT_READING_MAX = 4;

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
  private beatsWithoutReading = 0;
  private ended = false;

  constructor(
    private readonly bufferBytes: number,
    private readonly onGap: () => void,
  ) {
    // Everything is pushed from outside; there is nothing to do when the connection asks for more.
    this.output = new Readable({ read() {}, highWaterMark: bufferBytes });
  }

  /** Whether it has read nothing since the last sign of life although there is something to read. */
  get isIdle(): boolean {
    return this.beatsWithoutReading > 0;
  }

  /** Sends a piece, or leaves it out when the client is behind. */
  send(text: string): void {
    if (this.ended || this.output.destroyed) return;
    if (this.isBehind()) return;
    this.lagging = this.output.readableLength + Buffer.byteLength(text) > this.bufferBytes;
    if (this.lagging) this.onGap();
    this.output.push(this.lagging ? GAP : text);
  }

  /** Sends a sign of life; false when the client has read nothing for several of them although there was something. */
  heartbeat(): boolean {
    if (this.ended || this.output.destroyed) return true;
    const { readableLength } = this.output;
    const stands = this.isBehind() && readableLength >= this.lengthAtHeartbeat;
    this.beatsWithoutReading = stands ? this.beatsWithoutReading + 1 : 0;
    this.lengthAtHeartbeat = readableLength;
    if (readableLength === 0) this.output.push(': heartbeat\n\n');
    return this.beatsWithoutReading < BEATS_WITHOUT_READING_MAX;
  }

  /** Ends the stream in order: what is waiting is still sent. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.output.push(null);
  }

  private isBehind(): boolean {
    if (this.output.readableLength <= this.bufferBytes / 2) this.lagging = false;
    return this.lagging;
  }
}
