import type { EntryValue } from './entry-columns.js';
import type { GroupDirectory } from './group-directory.js';
import type { GroupWindow } from './group-window.js';

/** What a correlation needs to know of an event that one of its rules matched. */
export interface EventFacts {
  /** The groups the event belongs to: one, or several when a group field is a list. */
  readonly groups: readonly GroupKey[];
  readonly value: EntryValue | undefined;
  readonly texts: readonly (string | undefined)[] | undefined;
  /** The same for every correlation over this one, in the order of its dependents; undefined: takes no part. */
  readonly onward: readonly (EventFacts | undefined)[] | undefined;
}

/** Values in the order of group-by. */
export type GroupValues = readonly string[];

/** What tells the groups of a correlation apart, and with it the group of each correlation that groups alike. */
export class GroupKey {
  /** By column of the directory. */
  readonly groups: (GroupWindow | undefined)[] = [];
  private directory: GroupDirectory | undefined;
  private uses = 0;
  private known: EventFacts | undefined;

  private constructor(
    /** Distinct for distinct values. */
    readonly text: string,
    readonly values: GroupValues,
  ) {}

  /** Makes a key of values; none for the only group of a correlation without group-by. */
  static of(values: GroupValues): GroupKey {
    if (values.length === 1) return new GroupKey(values[0]!, values);
    // Lengths keep ("a","bc") apart from ("ab","c").
    return new GroupKey(values.map((value) => `${value.length}:${value}`).join(''), values);
  }

  /** The directory in which it is the one key of its values, while groups stand under it there. */
  get home(): GroupDirectory | undefined {
    return this.directory;
  }

  /** What is to be known of an event that belongs to this group alone, when nothing but the group matters. */
  get facts(): EventFacts {
    return (this.known ??= { groups: [this], value: undefined, texts: undefined, onward: undefined });
  }

  enter(directory: GroupDirectory, group: GroupWindow, column: number): void {
    const { groups } = this;
    while (groups.length <= column) groups.push(undefined);
    groups[column] = group;
    this.directory = directory;
    this.uses += 1;
  }

  leave(column: number): void {
    this.groups[column] = undefined;
    this.uses -= 1;
    if (this.uses === 0) this.directory = undefined;
  }
}
