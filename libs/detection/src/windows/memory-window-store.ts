import type { GroupKey } from './event-facts.js';
import { GroupDirectory } from './group-directory.js';
import type { GroupWindow } from './group-window.js';
import type { WindowStore } from './window-store.js';

/** Places of the queue that are cut off at once. */
const COMPACT_FROM = 1024;

/** Keeps groups in the memory of the process. */
export class MemoryWindowStore implements WindowStore {
  size = 0;
  private readonly column: number;
  /**
   * Groups by the arrival they were queued with. One that was heard of since goes to the back when it comes to the
   * front, so that each arrival costs nothing and finding the longest quiet group costs little. From the head on, every
   * group that was not removed stands in it once.
   */
  private queue: GroupWindow[] = [];
  private arrivals: number[] = [];
  private head = 0;

  /** `directory`: shared by the stores of correlations that group by the same fields. */
  constructor(private readonly directory = new GroupDirectory()) {
    this.column = directory.addColumn();
  }

  get(key: GroupKey): GroupWindow | undefined {
    return this.directory.find(key, this.column);
  }

  add(group: GroupWindow): void {
    this.directory.enter(group, this.column);
    this.size += 1;
    this.enqueue(group);
  }

  remove(group: GroupWindow): void {
    group.removed = true;
    this.size -= 1;
    this.directory.leave(group, this.column);
  }

  *all(): Iterable<GroupWindow> {
    for (let i = this.head; i < this.queue.length; i += 1) {
      const group = this.queue[i]!;
      if (!group.removed) yield group;
    }
  }

  takeOver(other: WindowStore): void {
    if (!(other instanceof MemoryWindowStore)) throw new TypeError('Groups of another kind of store');
    for (let i = other.head; i < other.queue.length; i += 1) {
      const group = other.queue[i]!;
      if (group.removed) continue;
      other.directory.leave(group, other.column);
      // The other directory may still know the key, for the groups of other stores.
      group.key = this.directory.keyOfAll(group.key.values);
      this.directory.enter(group, this.column);
      this.queue.push(group);
      this.arrivals.push(other.arrivals[i]!);
      this.size += 1;
    }
    other.queue = [];
    other.arrivals = [];
    other.head = 0;
    other.size = 0;
  }

  quiet(before: number, due: (group: GroupWindow) => void, alive: (group: GroupWindow) => void): void {
    for (; this.head < this.queue.length; this.head += 1) {
      const arrival = this.arrivals[this.head]!;
      if (arrival >= before) break;
      const group = this.queue[this.head]!;
      if (group.removed) continue;
      if (group.lastArrival > arrival) {
        this.enqueue(group);
        alive(group);
      } else {
        due(group);
      }
    }
    if (this.head > COMPACT_FROM && this.head * 2 > this.queue.length) {
      this.queue.splice(0, this.head);
      this.arrivals.splice(0, this.head);
      this.head = 0;
    }
  }

  stalest(): GroupWindow | undefined {
    for (; this.head < this.queue.length; this.head += 1) {
      const group = this.queue[this.head]!;
      if (group.removed) continue;
      if (group.lastArrival <= this.arrivals[this.head]!) return group;
      this.enqueue(group);
    }
    return undefined;
  }

  private enqueue(group: GroupWindow): void {
    this.queue.push(group);
    this.arrivals.push(group.lastArrival);
  }
}
