import { hash } from 'node:crypto';
import { MerkleTree } from './merkle-tree.js';

/** An entry as the database keeps it. */
export interface ChainedEntry {
  /** Its number, from 1. */
  seq: number;
  /** `{"at":"…","entry":{…},"seq":…}`: the text that is hashed. */
  body: string;
  /** SHA-256 of the link before it and of its leaf, 32 bytes. */
  link: Buffer;
}

/** Why an entry breaks the chain. */
export type ChainFaultReason = 'missing' | 'wrong_number' | 'changed' | 'personal_changed' | 'checkpoint';

/** The first entry that is not as it was written. */
export interface ChainFault {
  /** Its number; for `checkpoint` the first one that no checkpoint confirms. */
  seq: number;
  reason: ChainFaultReason;
  /** A sentence for people. */
  detail: string;
}

/** The link before the first entry. */
export const FIRST_LINK = Buffer.alloc(32);

/** Checks entries in their order, each against the one before it, and builds the tree that checkpoints are signed over. */
export class Chain {
  private readonly tree = new MerkleTree();
  private last: Buffer = FIRST_LINK;

  /** Number of entries that are in order. */
  get size(): number {
    return this.tree.size;
  }

  /** The link of the last entry. */
  get link(): Buffer {
    return this.last;
  }

  /** The root of the tree of all entries so far; see {@link MerkleTree}. */
  root(): Buffer {
    return this.tree.root();
  }

  /** Takes the next entry. Returns what is wrong with it; then the chain stays as it was. */
  add({ seq, body, link }: ChainedEntry): ChainFault | null {
    const next = this.size + 1;
    if (seq !== next) {
      return {
        seq: next,
        reason: 'missing',
        detail: `Entry ${next} is missing; entry ${seq} follows instead.`,
      };
    }
    if (!body.startsWith('{"at":"') || !body.endsWith(`,"seq":${seq}}`)) {
      return {
        seq,
        reason: 'wrong_number',
        detail: `The text of entry ${seq} is not the one of this number.`,
      };
    }
    const leaf = leafOf(body);
    const expected = linkOf(this.last, leaf);
    if (!expected.equals(link)) {
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

/** SHA-256 of 0x00 and the text: a leaf of RFC 6962. */
export function leafOf(body: string): Buffer {
  return hash('sha256', Buffer.from(`\0${body}`, 'utf8'), 'buffer');
}

function linkOf(previous: Buffer, leaf: Buffer): Buffer {
  return hash('sha256', Buffer.concat([previous, leaf]), 'buffer');
}
