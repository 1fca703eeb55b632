import { hash } from 'node:crypto';
import { MerkleTree } from '@mcm/kernel';

/** An entry as the chain holds it. */
export interface ChainedEntry {
  /** `{"at":"…","entry":{…},"seq":…}`: the text that is hashed. */
  body: string;
  /** SHA-256 of the link before it and of its leaf, 32 bytes. */
  link: Buffer;
}

/**
 * Why an entry breaks the trail. `missing`: it is not there. `changed`: its text or its link is not the one that was written.
 * `personal_changed`: a name or an address in it is another. `cut_off`: a checkpoint was signed over more entries.
 * `rewritten`: a checkpoint was signed over other entries, and the links were made again.
 */
export const TRAIL_FAULTS = ['missing', 'changed', 'personal_changed', 'cut_off', 'rewritten'] as const;
export type TrailFaultReason = (typeof TRAIL_FAULTS)[number];

/** The first entry that is not as it was written. */
export interface TrailFault {
  /** Its number; for `rewritten` the first one that no checkpoint confirms. */
  seq: number;
  reason: TrailFaultReason;
  /** A sentence for people. */
  detail: string;
}

/** The number at the end of a body. */
const NUMBER = /^\{"at":".*,"seq":(\d+)\}$/s;

/** Checks entries in their order, each against the one before it, and builds the tree that checkpoints are signed over. */
export class Chain {
  private readonly tree = new MerkleTree();
  /** The link before the first entry. */
  private last: Buffer = Buffer.alloc(32);

  /** Number of entries that are in order. */
  get size(): number {
    return this.tree.size;
  }

  /** The root of the tree of all entries so far; see {@link MerkleTree}. */
  root(): Buffer {
    return this.tree.root();
  }

  /** Takes the next entry. Returns what is wrong with it; then the chain stays as it was. */
  add({ body, link }: ChainedEntry): TrailFault | null {
    const seq = this.size + 1;
    const stated = NUMBER.exec(body)?.[1];
    if (stated !== undefined && Number(stated) !== seq) {
      return { seq, reason: 'missing', detail: `Entry ${seq} is missing; entry ${stated} follows instead.` };
    }
    const leaf = sha256(LEAF, Buffer.from(body, 'utf8'));
    const expected = sha256(this.last, leaf);
    if (stated === undefined || !expected.equals(link)) {
      return {
        seq,
        reason: 'changed',
        detail: `Entry ${seq} was changed, or its link to the entry before it.`,
      };
    }
    this.tree.add(leaf);
    this.last = expected;
    return null;
  }
}

/** Begins what is hashed for a leaf (RFC 6962, section 2.1). */
const LEAF = Buffer.from([0]);

function sha256(first: Buffer, second: Buffer): Buffer {
  return hash('sha256', Buffer.concat([first, second]), 'buffer');
}
