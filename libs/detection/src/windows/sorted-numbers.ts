import { BlockList } from './block-list.js';

/** Numbers in order, a number as often as it was put in. */
export class SortedNumbers extends BlockList<number> {
  add(value: number): void {
    this.insert(
      this.find((other) => other > value),
      value,
    );
  }

  /** Takes a number out once; it must be there. */
  delete(value: number): void {
    this.remove(this.find((other) => other >= value));
  }

  /** The number of a rank; undefined when there are not so many. */
  nth(rank: number): number | undefined {
    return rank < 0 || rank >= this.size ? undefined : this.at(this.addressOf(rank));
  }

  /** How often a number is there. */
  count(value: number): number {
    return this.between(
      this.find((other) => other >= value),
      this.find((other) => other > value),
    );
  }

  /** The greatest number below another; -Infinity for none. */
  below(value: number): number {
    const address = this.find((other) => other >= value);
    return address === this.begin ? -Infinity : this.at(this.previous(address));
  }

  /** The greatest number that is not above another; -Infinity for none. */
  atMost(value: number): number {
    const address = this.find((other) => other > value);
    return address === this.begin ? -Infinity : this.at(this.previous(address));
  }

  /** The least number that is not below another; Infinity for none. */
  atLeast(value: number): number {
    const address = this.find((other) => other >= value);
    return address === this.end ? Infinity : this.at(address);
  }

  /** The least number above another; Infinity for none. */
  above(value: number): number {
    const address = this.find((other) => other > value);
    return address === this.end ? Infinity : this.at(address);
  }
}
