import type { GroupKey } from './event-facts.js';
import type { GroupWindow } from './group-window.js';

/**
 * Where the groups of one or several correlations that share windows live. A group is plain state: columns of entries
 * and, per correlation, a list of episodes; whatever else it holds (judges) can be built again from these.
 *
 * Calls are synchronous, because judging is: a driver that keeps groups elsewhere fetches the groups of a batch before
 * the detector sees it and writes back those that were handed out after it, and answers from what it fetched.
 */
export interface WindowStore {
  /** Number of groups. */
  readonly size: number;

  /** The group with this key; undefined when there is none. The same object until it is removed. */
  get(key: GroupKey): GroupWindow | undefined;

  /** Adds a group whose key is not taken. */
  add(group: GroupWindow): void;

  /** Removes a group and marks it as removed, so that whoever still holds it can tell. */
  remove(group: GroupWindow): void;

  /** All groups, in no order. */
  all(): Iterable<GroupWindow>;

  /** Goes on with the groups of another store of the same kind, which has none from then on. This one has none so far. */
  takeOver(other: WindowStore): void;

  /**
   * Finds groups whose last arrival is before a moment and calls back for each, which then removes it. Groups that only
   * were added before the moment, and heard of since, are passed to `alive`. Never too early; a group that
   * was heard of in between may be found later than it could be. Costs nothing for groups that cannot be due yet.
   */
  quiet(before: number, due: (group: GroupWindow) => void, alive: (group: GroupWindow) => void): void;

  /** The group that has been quiet longest; undefined when there is none. */
  stalest(): GroupWindow | undefined;
}
