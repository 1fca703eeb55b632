import type { Block } from './block-sequence.js';
import type { ColumnNeeds, Entry, EntryValue } from './entry-columns.js';
import type { EventFacts } from './event-facts.js';
import type { GroupWindow } from './group-window.js';

type Columns = Pick<
  EntryBlock,
  'times' | 'ids' | 'arrivals' | 'masks' | 'values' | 'texts' | 'starts' | 'origins' | 'onwards'
>;

/** Some entries of a group, one after the other, column by column. */
export class EntryBlock implements Block {
  from = 0;
  readonly times: number[];
  readonly ids: string[];
  readonly arrivals: number[];
  readonly masks: number[] | undefined;
  readonly values: (EntryValue | undefined)[] | undefined;
  readonly texts: (readonly (string | undefined)[] | undefined)[] | undefined;
  readonly starts: number[] | undefined;
  readonly origins: (GroupWindow | undefined)[] | undefined;
  readonly onwards: (readonly (EventFacts | undefined)[] | undefined)[] | undefined;

  private constructor(columns: Columns) {
    this.times = columns.times;
    this.ids = columns.ids;
    this.arrivals = columns.arrivals;
    this.masks = columns.masks;
    this.values = columns.values;
    this.texts = columns.texts;
    this.starts = columns.starts;
    this.origins = columns.origins;
    this.onwards = columns.onwards;
  }

  /** A block of one entry. Many groups never get a second one, and an array of one is small. */
  static of(entry: Entry, needs: ColumnNeeds): EntryBlock {
    return new EntryBlock({
      times: [entry.time],
      ids: [entry.id],
      arrivals: [entry.arrival],
      masks: needs.mask ? [entry.mask] : undefined,
      values: needs.value ? [entry.value] : undefined,
      texts: needs.texts ? [entry.texts] : undefined,
      starts: needs.firings ? [entry.start] : undefined,
      origins: needs.firings ? [entry.origin] : undefined,
      onwards: needs.onward ? [entry.onward] : undefined,
    });
  }

  get end(): number {
    return this.times.length;
  }

  push(entry: Entry): void {
    this.times.push(entry.time);
    this.ids.push(entry.id);
    this.arrivals.push(entry.arrival);
    this.masks?.push(entry.mask);
    this.values?.push(entry.value);
    this.texts?.push(entry.texts);
    this.starts?.push(entry.start);
    this.origins?.push(entry.origin);
    this.onwards?.push(entry.onward);
  }

  insertAt(index: number, entry: Entry): void {
    this.times.splice(index, 0, entry.time);
    this.ids.splice(index, 0, entry.id);
    this.arrivals.splice(index, 0, entry.arrival);
    this.masks?.splice(index, 0, entry.mask);
    this.values?.splice(index, 0, entry.value);
    this.texts?.splice(index, 0, entry.texts);
    this.starts?.splice(index, 0, entry.start);
    this.origins?.splice(index, 0, entry.origin);
    this.onwards?.splice(index, 0, entry.onward);
  }

  removeAt(index: number): void {
    for (const column of this.columns()) column.splice(index, 1);
  }

  dropBefore(index: number): void {
    this.from = index;
  }

  compact(): void {
    for (const column of this.columns()) column.splice(0, this.from);
    this.from = 0;
  }

  split(index: number): this {
    return new EntryBlock({
      times: this.times.splice(index),
      ids: this.ids.splice(index),
      arrivals: this.arrivals.splice(index),
      masks: this.masks?.splice(index),
      values: this.values?.splice(index),
      texts: this.texts?.splice(index),
      starts: this.starts?.splice(index),
      origins: this.origins?.splice(index),
      onwards: this.onwards?.splice(index),
    }) as this;
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
}
