import type { GroupWindow } from './group-window.js';
import type { WindowStore } from './window-store.js';

/** Places of the queue that are cut off at once. */
const COMPACT_FROM = 1024;

/** Keeps groups in the memory of the process. */
export class MemoryWindowStore implements WindowStore {
  private readonly groups = new Map<string, GroupWindow>();
  /**
   * Groups by the arrival they were queued with. One that was heard of since goes to the back when it comes to the
   * front, so that each arrival costs nothing and finding the longest quiet group costs little.
   */
  private queue: GroupWindow[] = [];
  private head = 0;

  get size(): number {
    return this.groups.size;
  }

  get(key: string): GroupWindow | undefined {
    return this.groups.get(key);
  }

  add(group: GroupWindow): void {
    group.queuedArrival = group.lastArrival;
    this.groups.set(group.key.key, group);
    this.queue.push(group);
  }

  remove(group: GroupWindow): void {
    group.removed = true;
    this.groups.delete(group.key.key);
  }

  all(): Iterable<GroupWindow> {
    return this.groups.values();
  }

  quiet(before: number, due: (group: GroupWindow) => void, alive: (group: GroupWindow) => void): void {
    for (; this.head < this.queue.length; this.head += 1) {
      const group = this.queue[this.head]!;
      if (group.removed) continue;
      if (group.queuedArrival >= before) break;
      if (group.lastArrival > group.queuedArrival) {
        this.requeue(group);
        alive(group);
      } else {
        due(group);
      }
    }
    if (this.head > COMPACT_FROM && this.head * 2 > this.queue.length) {
      this.queue.splice(0, this.head);
      this.head = 0;
    }
  }

  stalest(): GroupWindow | undefined {
    for (; this.head < this.queue.length; this.head += 1) {
      const group = this.queue[this.head]!;
      if (group.removed) continue;
      if (group.lastArrival <= group.queuedArrival) return group;
      this.requeue(group);
    }
    return undefined;
  }

  private requeue(group: GroupWindow): void {
    group.queuedArrival = group.lastArrival;
    this.queue.push(group);
  }
}
