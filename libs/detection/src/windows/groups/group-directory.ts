import { GroupKey, type Listed } from './event-facts.js';

/**
 * The keys of all groups of correlations that group by the same fields. Their windows share it, so that an event looks
 * its key up once and finds with it the group of each.
 */
export class GroupDirectory<G extends Listed> {
  private readonly keys = new Map<string, GroupKey>();
  private columns = 0;

  /** The number under which another store keeps its groups with their keys. */
  addColumn(): number {
    this.columns += 1;
    return this.columns - 1;
  }

  /** The key of one value: the one that groups stand under, or a new one. */
  keyOf(value: string): GroupKey {
    return this.keys.get(value) ?? GroupKey.of([value]);
  }

  /** The same of values for each group-by field. */
  keyOfAll(values: readonly string[]): GroupKey {
    const key = GroupKey.of(values);
    return this.keys.get(key.text) ?? key;
  }

  /** The group of a key in a column. */
  find(key: GroupKey, column: number): G | undefined {
    // A key may come from another directory, or be older than the one that groups stand under now.
    const listed = key.home === this ? key : this.keys.get(key.text);
    // Only groups of this kind enter a key while this directory is its home.
    return listed?.groups[column] as G | undefined;
  }

  /** Puts a group in a column, under the one key of its values, which it has from now on. */
  enter(group: G, column: number): void {
    const { home, text, values } = group.key;
    let key = home === this ? group.key : this.keys.get(text);
    if (key === undefined) {
      key = home === undefined ? group.key : GroupKey.of(values);
      this.keys.set(text, key);
    }
    key.enter(this, group, column);
    group.key = key;
  }

  /** Takes a group out of its column; a key without any group is forgotten. */
  leave({ key }: G, column: number): void {
    key.leave(column);
    if (key.home === undefined) this.keys.delete(key.text);
  }
}
