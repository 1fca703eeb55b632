/** How many items stand before each block of a {@link BlockSequence}: prefix sums in a Fenwick tree. */
export class BlockRanks {
  private readonly tree: Int32Array;
  /** The greatest power of two that is not greater than the number of blocks. */
  private readonly top: number;

  constructor(sizes: readonly number[]) {
    const blocks = sizes.length;
    const tree = new Int32Array(blocks + 1);
    tree.set(sizes, 1);
    for (let i = 1; i <= blocks; i += 1) {
      const parent = i + (i & -i);
      if (parent <= blocks) tree[parent]! += tree[i]!;
    }
    this.tree = tree;
    let top = 1;
    while (top * 2 <= blocks) top *= 2;
    this.top = top;
  }

  /** A block has got (or lost) items. */
  add(block: number, items: number): void {
    for (let i = block + 1; i < this.tree.length; i += i & -i) this.tree[i]! += items;
  }

  /** Items in the blocks before this one. */
  before(block: number): number {
    let sum = 0;
    for (let i = block; i > 0; i -= i & -i) sum += this.tree[i]!;
    return sum;
  }

  /** The block that holds the item of this rank, given that there is one. */
  blockOf(rank: number): number {
    let block = 0;
    let left = rank;
    for (let step = this.top; step > 0; step >>= 1) {
      const next = block + step;
      if (next < this.tree.length && this.tree[next]! <= left) {
        block = next;
        left -= this.tree[next]!;
      }
    }
    return block;
  }
}
