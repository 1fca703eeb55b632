import type { Group } from './group.js';

/** An event whose meaning is decided when arrival has passed a moment. */
export interface Waiting {
  readonly group: Group;
  readonly time: number;
  readonly id: string;
  /** The arrival after which it is decided; milliseconds. */
  readonly due: number;
}

/** What waits, by due time. */
export class WaitingList {
  private items: Waiting[] = [];
  private head = 0;

  /** When the first is due; Infinity when nothing waits. */
  get due(): number {
    return this.items[this.head]?.due ?? Infinity;
  }

  add(item: Waiting): void {
    let low = this.head;
    let high = this.items.length;
    if (high > low && this.items[high - 1]!.due <= item.due) low = high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.items[middle]!.due <= item.due) low = middle + 1;
      else high = middle;
    }
    if (low === this.items.length) this.items.push(item);
    else this.items.splice(low, 0, item);
  }

  /** Takes out all that is due before a moment. */
  takeBefore(now: number): Waiting[] {
    const taken: Waiting[] = [];
    for (; this.due < now; this.head += 1) taken.push(this.items[this.head]!);
    if (this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return taken;
  }
}
