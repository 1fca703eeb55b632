/** What a correlation needs to know of an event that one of its rules matched. */
export interface EventFacts {
  /** The groups the event belongs to: one, or several when a group field is a list. */
  readonly groups: readonly GroupKey[];
  readonly value: EntryValue | undefined;
  /** Texts of the fields a summary asks for. */
  readonly texts: readonly (string | undefined)[] | undefined;
  /** The same for every correlation over this one, in the order of its dependents; undefined: takes no part. */
  readonly onward: readonly (EventFacts | undefined)[] | undefined;
}

/** What value correlations count or calculate with; several when the field is a list. */
export type EntryValue = string | number | readonly (string | number)[];

/** A group of one correlation, as the directory lists it. */
export interface Listed {
  key: GroupKey;
}

/** What tells the groups of a correlation apart, and with it the group of each correlation that groups alike. */
export class GroupKey {
  /** By column of the directory. */
  readonly groups: (Listed | undefined)[] = [];
  /** The directory in which it is the one key of its values, while groups stand under it there. */
  home: object | undefined;
  private uses = 0;
  private known: EventFacts | undefined;

  private constructor(
    /** Distinct for distinct values. */
    readonly text: string,
    /** In the order of group-by. */
    readonly values: readonly string[],
  ) {}

  /** Makes a key of values; none for the only group of a correlation without group-by. */
  static of(values: readonly string[]): GroupKey {
    if (values.length === 1) return new GroupKey(values[0]!, values);
    // Lengths keep ("a","bc") apart from ("ab","c").
    return new GroupKey(values.map((value) => `${value.length}:${value}`).join(''), values);
  }

  /** The facts of an event that belongs to this group alone, when nothing but the group matters. */
  get facts(): EventFacts {
    return (this.known ??= { groups: [this], value: undefined, texts: undefined, onward: undefined });
  }

  enter(home: object, group: Listed, column: number): void {
    const { groups } = this;
    while (groups.length <= column) groups.push(undefined);
    groups[column] = group;
    this.home = home;
    this.uses += 1;
  }

  leave(column: number): void {
    this.groups[column] = undefined;
    this.uses -= 1;
    if (this.uses === 0) this.home = undefined;
  }
}
