import { BLOCK_SIZE, BlockSequence, type Block } from './block-sequence.js';

class ListBlock<T> implements Block {
  from = 0;

  constructor(readonly items: T[]) {}

  get end(): number {
    return this.items.length;
  }

  dropBefore(index: number): void {
    this.from = index;
  }

  compact(): void {
    this.items.splice(0, this.from);
    this.from = 0;
  }

  split(index: number): this {
    return new ListBlock(this.items.splice(index)) as this;
  }

  removeAt(index: number): void {
    this.items.splice(index, 1);
  }

  release(): void {
    // Its list is its own.
  }
}

/** A list in which an item is put in, taken out and found at a cost that does not depend on its length, up to a logarithm. */
export class BlockList<T> extends BlockSequence<ListBlock<T>> implements Iterable<T> {
  /** The item at an address. */
  at(address: number): T {
    return this.blockAt(address).items[this.indexAt(address)]!;
  }

  get first(): T | undefined {
    return this.size === 0 ? undefined : this.at(this.begin);
  }

  get last(): T | undefined {
    return this.size === 0 ? undefined : this.at(this.previous(this.end));
  }

  /** The address of the first item that passes, {@link end} for none; items that pass stand behind those that do not. */
  find(passes: (item: T) => boolean): number {
    const { blocks } = this;
    if (this.size === 0) return 0;
    let number = 0;
    let highest = blocks.length - 1;
    while (number < highest) {
      const middle = (number + highest) >>> 1;
      const { items } = blocks[middle]!;
      if (passes(items[items.length - 1]!)) highest = middle;
      else number = middle + 1;
    }
    const { items, from } = blocks[number]!;
    let low = from;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (passes(items[middle]!)) high = middle;
      else low = middle + 1;
    }
    return this.address(number, low);
  }

  /** Puts an item before the one at an address. */
  insert(address: number, item: T): void {
    if (address === this.end) {
      this.push(item);
      return;
    }
    const place = this.makeRoom(address);
    this.blockAt(place).items.splice(this.indexAt(place), 0, item);
    this.grown(place);
  }

  /** Puts an item at the end. */
  push(item: T): void {
    const { end } = this;
    if (this.size === 0 || this.indexAt(end) >= BLOCK_SIZE) {
      this.append(new ListBlock([item]));
    } else {
      this.blockAt(end).items.push(item);
      this.grown(end);
    }
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (const { items, from } of this.blocks) for (let i = from; i < items.length; i += 1) yield items[i]!;
  }
}
