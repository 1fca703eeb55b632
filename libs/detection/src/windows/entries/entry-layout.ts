/** Which parts of entries a correlation needs; the others are not kept. */
export interface ColumnNeeds {
  mask: boolean;
  value: boolean;
  texts: boolean;
  /** Start and origin: some referred rule is a correlation, so entries are its hits. */
  hits: boolean;
  onward: boolean;
  /** Different values of a group that are counted; 0: none are. */
  distinct: number;
}

/**
 * Where the parts of an entry lie in the two lists of a page: `numbers` (time and arrival first) and `things` (id
 * first). -1 for a part that is not kept.
 */
export class EntryLayout {
  /** Numbers of an entry. */
  readonly numbers: number;
  /** Things of an entry. */
  readonly things: number;
  readonly start: number;
  readonly mask: number;
  readonly value: number;
  readonly texts: number;
  readonly origin: number;
  readonly onward: number;
  /** See {@link ColumnNeeds}. */
  readonly distinct: number;

  constructor(needs: ColumnNeeds) {
    this.start = needs.hits ? 2 : -1;
    this.numbers = needs.hits ? 3 : 2;
    let things = 1;
    const place = (needed: boolean): number => (needed ? things++ : -1);
    this.mask = place(needs.mask);
    this.value = place(needs.value);
    this.texts = place(needs.texts);
    this.origin = place(needs.hits);
    this.onward = place(needs.onward);
    this.things = things;
    this.distinct = needs.distinct;
  }
}
