import type { StoredEntry } from './audit-reader.js';
import { Chain, type TrailFault } from './chain.js';
import { type Checkpoint, originOf } from './checkpoint.js';
import { commitment } from './entry.js';

/** Whether the trail is as it was written. */
export interface TrailReport {
  valid: boolean;
  /** Entries that are in order, counted from the first. */
  entries: number;
  /** What is wrong with the first entry that is not; null when the trail is valid. */
  fault: TrailFault | null;
  /** The last checkpoint that confirms the trail, and so the entries up to its size; null when there is none. */
  checkpoint: Checkpoint | null;
  /** Number of the entry after a restored backup with which checkpoints begin again; null when there was none. */
  epoch_began: number | null;
}

const NOT_YET = Buffer.alloc(0);

/** Checks a whole trail, entry by entry, against itself and against checkpoints. */
export class TrailCheck {
  private readonly chain = new Chain();
  private readonly checkpoints: Checkpoint[] = [];
  private readonly roots = new Map<number, Buffer>();
  private readonly faults: TrailFault[] = [];
  private epochEntry: { id: string; seq: number } | null = null;

  /** @param checkpoints signed ones that were opened, in any order */
  constructor(
    private readonly key: { name: string },
    checkpoints: readonly Checkpoint[] = [],
  ) {
    checkpoints.forEach((checkpoint) => this.expect(checkpoint));
  }

  /** Number of entries that were taken. */
  get size(): number {
    return this.chain.size;
  }

  /** The root over the entries that were taken. */
  root(): Buffer {
    return this.chain.root();
  }

  /** Compares with another checkpoint, too. Returns false when the entries that it is about are past. */
  expect(checkpoint: Checkpoint): boolean {
    if (checkpoint.size < this.size && !this.roots.has(checkpoint.size)) return false;
    const isKnown = this.checkpoints.some(
      ({ origin, size, root }) =>
        origin === checkpoint.origin && size === checkpoint.size && root.equals(checkpoint.root),
    );
    if (!isKnown) this.checkpoints.push(checkpoint);
    this.roots.set(checkpoint.size, this.roots.get(checkpoint.size) ?? NOT_YET);
    this.noteRoot();
    return true;
  }

  /** The origin that checkpoints of this trail have now. */
  get origin(): string {
    return originOf(this.key, this.epochEntry?.id ?? null);
  }

  /** Takes the next entry. Returns false after the first one that is not in order: there is nothing more to check. */
  add(entry: StoredEntry): boolean {
    const fault = this.chain.add(entry);
    if (fault !== null) {
      this.faults.push(fault);
      return false;
    }
    const seq = this.size;
    // The chain goes on behind a changed name: checkpoints may show an earlier fault. One of each kind is enough.
    if (this.faults.length === 0 && !isPersonalIntact(entry)) {
      const detail = `A name or an address of entry ${seq} was changed.`;
      this.faults.push({ seq, reason: 'personal_changed', detail });
    }
    const epoch = epochOf(entry.body);
    if (epoch !== null) this.epochEntry = { id: epoch, seq };
    this.noteRoot();
    return true;
  }

  /**
   * What breaks the trail without regard to checkpoints; null when it is in order.
   *
   * @param size how many entries there should be at least
   */
  brokenAt(size: number): TrailFault | null {
    if (this.faults.length > 0 || this.size >= size) return this.faults[0] ?? null;
    const seq = this.size + 1;
    return { seq, reason: 'missing', detail: `Entry ${seq} is missing, and all after it up to ${size}.` };
  }

  /** @param size how many entries there should be at least, from a source beside the entries themselves */
  report(size: number): TrailReport {
    const confirmed = this.confirmed();
    const faults = [this.brokenAt(size), confirmed.fault].filter((fault) => fault !== null);
    const [first = null] = faults.sort((a, b) => a.seq - b.seq);
    return {
      valid: first === null,
      entries: first === null ? this.size : first.seq - 1,
      fault: first,
      checkpoint: confirmed.last,
      epoch_began: this.epochEntry?.seq ?? null,
    };
  }

  /** Compares with the checkpoints of this epoch, from the smallest to the first that contradicts. */
  private confirmed(): { last: Checkpoint | null; fault: TrailFault | null } {
    let last: Checkpoint | null = null;
    const ofEpoch = this.checkpoints.filter(({ origin }) => origin === this.origin);
    for (const checkpoint of ofEpoch.sort((a, b) => a.size - b.size)) {
      const { size, root } = checkpoint;
      const seq = (last?.size ?? 0) + 1;
      if (size > this.size) {
        const missing = this.size + 1;
        const detail = `Entry ${missing} is missing: a checkpoint was signed over ${size} entries.`;
        return { last, fault: { seq: missing, reason: 'cut_off', detail } };
      }
      if (!this.roots.get(size)!.equals(root)) {
        const detail =
          `The entries ${seq} to ${size} are not those that the checkpoint over ${size} entries was signed for; ` +
          `their links were made again.`;
        return { last, fault: { seq, reason: 'rewritten', detail } };
      }
      last = checkpoint;
    }
    return { last, fault: null };
  }

  private noteRoot(): void {
    if (this.roots.has(this.size)) this.roots.set(this.size, this.chain.root());
  }
}

/** A name that was changed does not fit its commitment. One that is not there was erased. */
function isPersonalIntact({ body, personal }: StoredEntry): boolean {
  return personal.every(
    ({ sha256, salt, value }) =>
      commitment(salt, value) === sha256 && body.includes(`{"sha256":"${sha256}"}`),
  );
}

/** The id of the epoch that an entry begins. */
function epochOf(body: string): string | null {
  if (!body.includes('"action":"audit.epoch_began"')) return null;
  const { entry } = JSON.parse(body) as { entry: { action: string; object: { id: string } } };
  return entry.action === 'audit.epoch_began' ? entry.object.id : null;
}
