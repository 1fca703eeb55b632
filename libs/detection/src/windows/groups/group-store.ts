import { GroupDirectory } from './group-directory.js';
import type { GroupKey, Listed } from './event-facts.js';

/** What the store has to know of a group. */
export interface StoredGroup extends Listed {
  /** Greatest arrival of an entry; milliseconds. */
  lastArrival: number;
  removed: boolean;
}

/** Places of the queue that are cut off together. */
const COMPACT_FROM = 1024;

/** The groups of one or several correlations that share windows, in the memory of the process. */
export class GroupStore<G extends StoredGroup> {
  size = 0;
  private readonly column: number;
  /**
   * Groups by the arrival they were queued with. One that was heard of since goes to the back when it comes to the
   * front, so that each arrival costs nothing and finding the longest quiet group costs little. From the head on, every
   * group that was not removed stands in it once.
   */
  private queue: G[] = [];
  private arrivals: number[] = [];
  private head = 0;

  /** @param directory shared by the stores of correlations that group by the same fields */
  constructor(private readonly directory = new GroupDirectory<G>()) {
    this.column = directory.addColumn();
  }

  /** The group with this key; undefined when there is none. */
  get(key: GroupKey): G | undefined {
    return this.directory.find(key, this.column);
  }

  /** Adds a group whose key is not taken. */
  add(group: G): void {
    this.directory.enter(group, this.column);
    this.size += 1;
    this.enqueue(group);
  }

  /** Removes a group and marks it, so that code that still holds it can see that. */
  remove(group: G): void {
    group.removed = true;
    this.size -= 1;
    this.directory.leave(group, this.column);
  }

  /** All groups, in no order. */
  *all(): Iterable<G> {
    for (let i = this.head; i < this.queue.length; i += 1) {
      const group = this.queue[i]!;
      if (!group.removed) yield group;
    }
  }

  /** Goes on with the groups of another store, which has none from then on. This one has none so far. */
  takeOver(other: GroupStore<G>): void {
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

  /**
   * Finds groups whose last arrival is before a moment and calls `due` for each, which then removes it. Groups that were
   * added before the moment and heard of since are passed to `alive`. Never too early; a group that was heard of in
   * between may be found later than it could be. Costs nothing for groups that cannot be due yet.
   */
  quiet(before: number, due: (group: G) => void, alive: (group: G) => void): void {
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

  /** The group that has been quiet longest; undefined when there is none. */
  stalest(): G | undefined {
    for (; this.head < this.queue.length; this.head += 1) {
      const group = this.queue[this.head]!;
      if (group.removed) continue;
      if (group.lastArrival <= this.arrivals[this.head]!) return group;
      this.enqueue(group);
    }
    return undefined;
  }

  private enqueue(group: G): void {
    this.queue.push(group);
    this.arrivals.push(group.lastArrival);
  }
}
