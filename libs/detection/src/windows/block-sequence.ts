import { BlockRanks } from './block-ranks.js';

/** Items of a block at most. Small enough to be shifted in no time, large enough that there are few blocks. */
export const BLOCK_SIZE = 256;
/** An address is the number of a block, and the index in it as the lower bits. */
const INDEX_BITS = 9;
const INDEX_MASK = (1 << INDEX_BITS) - 1;
/** Dropped items of a block are cut off once they are this many and more than half. */
const COMPACT_FROM = 64;

/** A stretch of a sequence: the items [from, end) of some arrays. Only the first block of a sequence has dropped items. */
export interface Block {
  readonly from: number;
  readonly end: number;
  /** Forgets the items before an index, without moving the others. */
  dropBefore(index: number): void;
  /** Cuts off what was dropped; indexes go down. */
  compact(): void;
  /** Moves the items from an index on into a new block. */
  split(index: number): this;
  removeAt(index: number): void;
  /** The block is out of the sequence, and gives back what it stood in. */
  release(): void;
}

const NO_BLOCKS: readonly never[] = [];

/**
 * An ordered sequence in blocks of at most {@link BLOCK_SIZE} items, so that an item is put in, taken out and found at
 * a cost that does not depend on the length, up to a logarithm. A short sequence is one block.
 *
 * Places are addresses: numbers that ascend with the sequence. {@link end} is the address after the last item. An
 * address holds until {@link version} changes, or an item is put in or taken out before it.
 */
export abstract class BlockSequence<B extends Block> {
  /** Number of items. */
  size = 0;
  /** Changes whenever addresses may mean something else than before; not when an item is put at the end. */
  version = 0;
  protected blocks: B[] = NO_BLOCKS as unknown as B[];
  /** The last block and the address of its index 0: what comes in order needs no other. */
  protected tail: B | undefined;
  private tailBase = 0;
  private ranks: BlockRanks | undefined;

  /** Address of the first item; {@link end} when there is none. */
  get begin(): number {
    if (this.tail === undefined) return 0;
    return this.tailBase === 0 ? this.tail.from : this.blocks[0]!.from;
  }

  /** The address after the last item. */
  get end(): number {
    return this.tail === undefined ? 0 : this.tailBase | this.tail.end;
  }

  /** The address after this one. */
  next(address: number): number {
    const block = address >>> INDEX_BITS;
    return this.address(block, (address & INDEX_MASK) + 1);
  }

  /** The address before this one, which is not the first. */
  previous(address: number): number {
    if ((address & INDEX_MASK) > 0) return address - 1;
    const block = (address >>> INDEX_BITS) - 1;
    return (block << INDEX_BITS) | (this.blocks[block]!.end - 1);
  }

  /** Number of items in [low, high). */
  between(low: number, high: number): number {
    if (low >>> INDEX_BITS === high >>> INDEX_BITS) return high - low;
    return this.rank(high) - this.rank(low);
  }

  /** The address this many items further back; undefined when there are not so many. */
  back(address: number, items: number): number | undefined {
    const index = address & INDEX_MASK;
    const block = address >>> INDEX_BITS;
    if (block > 0 ? index >= items : index - items >= this.begin) return address - items;
    const rank = this.rank(address) - items;
    return rank < 0 ? undefined : this.addressOf(rank);
  }

  /** Number of items before an address. */
  rank(address: number): number {
    const block = address >>> INDEX_BITS;
    if (block === 0) return address - this.begin;
    return this.rankIndex().before(block) + (address & INDEX_MASK);
  }

  /** Address of the item of this rank, given that there is one. */
  addressOf(rank: number): number {
    const ranks = this.rankIndex();
    const block = ranks.blockOf(rank);
    return (block << INDEX_BITS) | (this.blocks[block]!.from + rank - ranks.before(block));
  }

  /** Takes out the item at an address. */
  remove(address: number): void {
    const number = address >>> INDEX_BITS;
    const block = this.blocks[number]!;
    block.removeAt(address & INDEX_MASK);
    this.version += 1;
    this.size -= 1;
    if (block.from === block.end) {
      this.blocks.splice(number, 1);
      block.release();
      this.restructured();
    } else {
      this.ranks?.add(number, -1);
    }
  }

  /** Forgets the items before an address. Answers how many. */
  dropBefore(address: number): number {
    const dropped = this.rank(address);
    if (dropped === 0) return 0;
    this.version += 1;
    if (dropped === this.size) {
      for (const block of this.blocks) block.release();
      this.blocks = [];
      this.size = 0;
      this.restructured();
      return dropped;
    }
    const number = address >>> INDEX_BITS;
    if (number > 0) {
      for (const block of this.blocks.splice(0, number)) block.release();
      this.restructured();
    }
    const first = this.blocks[0]!;
    this.ranks?.add(0, -dropped);
    first.dropBefore(address & INDEX_MASK);
    if (first.from >= COMPACT_FROM && first.from * 2 >= first.end) first.compact();
    this.size -= dropped;
    return dropped;
  }

  /** The block of an address. */
  protected blockAt(address: number): B {
    return address >= this.tailBase ? this.tail! : this.blocks[address >>> INDEX_BITS]!;
  }

  /** The number of the block of an address. */
  protected numberOf(address: number): number {
    return address >>> INDEX_BITS;
  }

  /** The index of an address in its block. */
  protected indexAt(address: number): number {
    return address & INDEX_MASK;
  }

  /** The address of an index in a block, or of what follows the block when the index is at its end. */
  protected address(block: number, index: number): number {
    const base = block << INDEX_BITS;
    if (base < this.tailBase && index === this.blocks[block]!.end) return base + (1 << INDEX_BITS);
    return base | index;
  }

  /** Puts a new block at the end. */
  protected append(block: B): void {
    if (this.blocks.length === 0) this.blocks = [block];
    else this.blocks.push(block);
    this.size += block.end - block.from;
    this.restructured();
  }

  /**
   * The address at which an item can be put in, where it belongs at this one: another when the block is full and was
   * split. What is put in must be told with {@link grown}.
   */
  protected makeRoom(address: number): number {
    const number = address >>> INDEX_BITS;
    const block = this.blockAt(address);
    if (block.end < BLOCK_SIZE) return address;
    this.version += 1;
    const index = address & INDEX_MASK;
    const dropped = block.from;
    if (dropped > 0) {
      block.compact();
      return address - dropped;
    }
    const half = BLOCK_SIZE / 2;
    this.blocks.splice(number + 1, 0, block.split(half));
    this.restructured();
    return index <= half ? address : ((number + 1) << INDEX_BITS) | (index - half);
  }

  /** An item was put in at an address. */
  protected grown(address: number): void {
    const number = address >>> INDEX_BITS;
    this.size += 1;
    this.ranks?.add(number, 1);
    if (address !== this.end - 1) this.version += 1;
  }

  /** There are other blocks than before. */
  private restructured(): void {
    const last = this.blocks.length - 1;
    this.tail = this.blocks[last];
    this.tailBase = Math.max(last, 0) << INDEX_BITS;
    this.ranks = undefined;
  }

  private rankIndex(): BlockRanks {
    const { blocks } = this;
    return (this.ranks ??= new BlockRanks(blocks.map((block) => block.end - block.from)));
  }
}
