import { AppError } from '@mcm/kernel';
import { DEFAULT_LOG_BYTES, type Exchange, type MatchLog, type MatchLogStatus } from '../../match-log.js';

/** What handles in one process share. */
export class MemoryMatches {
  readonly handles = new Set<MemoryMatchLog>();
  batches: string[] = [];
  /** Number of batches that are gone. */
  gone = 0;
  bytes = 0;

  constructor(readonly maxBytes: number = DEFAULT_LOG_BYTES) {}

  get end(): number {
    return this.gone + this.batches.length;
  }

  append(batch: string): void {
    this.batches.push(batch);
    this.bytes += batch.length;
    // The newest stays, whatever its size.
    const wanted = Math.min(...[...this.handles].map(({ position }) => position));
    while (this.batches.length > 1 && (this.bytes > this.maxBytes || this.gone < wanted)) {
      this.bytes -= this.batches.shift()!.length;
      this.gone += 1;
    }
  }

  /** Forgets everything, as a server does that loses its memory. */
  lose(): void {
    this.gone = this.end + 1;
    this.batches = [];
    this.bytes = 0;
  }
}

/** A log in the memory of the process; for a process that evaluates alone nothing is kept or even made. */
export class MemoryMatchLog implements MatchLog {
  /** Number of the batch to read next; -1 before the first call. */
  position = -1;
  private closed = false;

  constructor(private readonly shared: MemoryMatches = new MemoryMatches()) {
    shared.handles.add(this);
  }

  async exchange(own?: () => string): Promise<Exchange> {
    if (this.closed) throw new AppError('unavailable', 'MATCH_LOG.CLOSED', 'The match log is closed');
    const { shared } = this;
    const missed = this.position < shared.gone;
    const others = missed ? [] : shared.batches.slice(this.position - shared.gone);
    this.position = shared.end;
    if (own !== undefined && shared.handles.size > 1) {
      this.position += 1;
      shared.append(own());
    }
    return { others, missed, done: true };
  }

  async status(): Promise<MatchLogStatus> {
    const { batches, bytes, maxBytes, end } = this.shared;
    const behind = Math.min(batches.length, end - this.position);
    return { batches: batches.length, behind, bytes, maxBytes, server: null };
  }

  async close(): Promise<void> {
    this.closed = true;
    this.shared.handles.delete(this);
  }
}
