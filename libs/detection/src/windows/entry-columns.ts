import type { EventFacts } from './event-facts.js';
import type { GroupWindow } from './group-window.js';

/** One event (or one firing of a referred correlation) in a window. */
export interface Entry {
  /** When it happened; milliseconds. For a firing: when the correlation fired. */
  time: number;
  id: string;
  /** When it reached the system; milliseconds. */
  arrival: number;
  /** Bit i is set when referred rule i matched. */
  mask: number;
  value: EntryValue | undefined;
  /** Texts of the fields a summary asks for. */
  texts: readonly (string | undefined)[] | undefined;
  /** For a firing: where its tightest window begins. For an event: its time. */
  start: number;
  /** For a firing: the group that fired. */
  origin: GroupWindow | undefined;
  /** What correlations over this one need to know of the event. */
  onward: readonly (EventFacts | undefined)[] | undefined;
}

/** What value correlations count or calculate with; several when the field is a list. */
export type EntryValue = string | number | readonly (string | number)[];

/** Which columns a correlation needs; the others are not kept. */
export interface ColumnNeeds {
  mask: boolean;
  value: boolean;
  texts: boolean;
  /** Start and origin: some referred rule is a correlation. */
  firings: boolean;
  onward: boolean;
}

/** Dropped entries are cut off from the arrays once they are this many and more than half. */
const COMPACT_FROM = 64;

/**
 * The entries of one group, ordered by (time, id), so that a duplicate is found by binary search and an event in order
 * is appended in constant time. Indexes from {@link head} on are alive.
 */
export class EntryColumns {
  head = 0;
  readonly times: number[] = [];
  readonly ids: string[] = [];
  readonly arrivals: number[] = [];
  readonly masks: number[] | undefined;
  readonly values: (EntryValue | undefined)[] | undefined;
  readonly texts: (readonly (string | undefined)[] | undefined)[] | undefined;
  readonly starts: number[] | undefined;
  readonly origins: (GroupWindow | undefined)[] | undefined;
  readonly onwards: (readonly (EventFacts | undefined)[] | undefined)[] | undefined;

  constructor(needs: ColumnNeeds) {
    this.masks = needs.mask ? [] : undefined;
    this.values = needs.value ? [] : undefined;
    this.texts = needs.texts ? [] : undefined;
    this.starts = needs.firings ? [] : undefined;
    this.origins = needs.firings ? [] : undefined;
    this.onwards = needs.onward ? [] : undefined;
  }

  /** Index after the last entry. */
  get end(): number {
    return this.times.length;
  }

  get size(): number {
    return this.times.length - this.head;
  }

  /** First index whose time is at least this. */
  lower(time: number): number {
    const { times } = this;
    let low = this.head;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (times[middle]! < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** First index whose time is greater than this. */
  upper(time: number): number {
    const { times } = this;
    let low = this.head;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (times[middle]! <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Puts an entry where it belongs. Answers its index, or the complement (`~index`) of the entry that is there already;
   * that one then carries the bits of both, and the later start.
   */
  insert(entry: Entry): number {
    const { times, ids } = this;
    const end = times.length;
    let index = end;
    if (end > this.head) {
      const lastTime = times[end - 1]!;
      if (entry.time < lastTime || (entry.time === lastTime && this.compare(end - 1, entry) >= 0)) {
        index = this.find(entry);
        if (index < end && times[index] === entry.time && this.compare(index, entry) === 0) {
          this.merge(index, entry);
          return ~index;
        }
      }
    }
    if (index === end) {
      times.push(entry.time);
      ids.push(entry.id);
      this.arrivals.push(entry.arrival);
      this.masks?.push(entry.mask);
      this.values?.push(entry.value);
      this.texts?.push(entry.texts);
      this.starts?.push(entry.start);
      this.origins?.push(entry.origin);
      this.onwards?.push(entry.onward);
    } else {
      times.splice(index, 0, entry.time);
      ids.splice(index, 0, entry.id);
      this.arrivals.splice(index, 0, entry.arrival);
      this.masks?.splice(index, 0, entry.mask);
      this.values?.splice(index, 0, entry.value);
      this.texts?.splice(index, 0, entry.texts);
      this.starts?.splice(index, 0, entry.start);
      this.origins?.splice(index, 0, entry.origin);
      this.onwards?.splice(index, 0, entry.onward);
    }
    return index;
  }

  /** Takes out the entry at an index. */
  remove(index: number): void {
    for (const column of this.columns()) column.splice(index, 1);
  }

  /** Index of the entry with this place in the order, or undefined. */
  indexOf(entry: Pick<Entry, 'time' | 'id' | 'mask'>): number | undefined {
    const index = this.find(entry);
    return index < this.times.length && this.times[index] === entry.time && this.compare(index, entry) === 0
      ? index
      : undefined;
  }

  /** Forgets the entries before an index. Answers by how much the indexes of the others went down. */
  dropBefore(index: number): number {
    this.head = index;
    if (index < COMPACT_FROM && index < this.times.length) return 0;
    if (index * 2 < this.times.length) return 0;
    for (const column of this.columns()) column.splice(0, index);
    this.head = 0;
    return index;
  }

  private columns(): unknown[][] {
    const columns: (unknown[] | undefined)[] = [
      this.times,
      this.ids,
      this.arrivals,
      this.masks,
      this.values,
      this.texts,
      this.starts,
      this.origins,
      this.onwards,
    ];
    return columns.filter((column) => column !== undefined);
  }

  private find(entry: Pick<Entry, 'time' | 'id' | 'mask'>): number {
    const { times } = this;
    let low = this.head;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const time = times[middle]!;
      if (time < entry.time || (time === entry.time && this.compare(middle, entry) < 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Order among entries of the same time. Where firings are kept, each referred rule has an entry of its own. */
  private compare(index: number, entry: Pick<Entry, 'id' | 'mask'>): number {
    const id = this.ids[index]!;
    if (id !== entry.id) return id < entry.id ? -1 : 1;
    return this.starts === undefined ? 0 : this.masks![index]! - entry.mask;
  }

  private merge(index: number, entry: Entry): void {
    if (this.masks !== undefined) this.masks[index]! |= entry.mask;
    if (this.starts !== undefined && this.starts[index]! < entry.start) {
      this.starts[index] = entry.start;
      this.origins![index] = entry.origin;
    }
  }
}
