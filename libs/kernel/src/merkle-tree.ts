import { hash } from 'node:crypto';

/**
 * The Merkle tree hash of RFC 6962, section 2.1, over leaves that come one after the other. Holds one hash for each
 * complete subtree, which is at most one for each bit of the size.
 */
export class MerkleTree {
  private readonly subtrees: Buffer[] = [];
  private leaves = 0;

  get size(): number {
    return this.leaves;
  }

  /** Adds a leaf by its hash: SHA-256 of 0x00 and the text. */
  add(leaf: Buffer): void {
    let node = leaf;
    // Each trailing one of the size is a complete subtree that this one completes to a larger one.
    for (let rest = this.leaves; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      node = parent(this.subtrees.pop()!, node);
    }
    this.subtrees.push(node);
    this.leaves += 1;
  }

  /** The hash over all leaves so far, 32 bytes. */
  root(): Buffer {
    if (this.subtrees.length === 0) return hash('sha256', '', 'buffer');
    return this.subtrees.reduceRight((right, left) => parent(left, right));
  }
}

function parent(left: Buffer, right: Buffer): Buffer {
  return hash('sha256', Buffer.concat([NODE, left, right]), 'buffer');
}

/** Begins what is hashed for a node, so that no leaf can be taken for one. */
const NODE = Buffer.from([1]);
