import { AppError } from '@mcm/kernel';

/** What bounds the items of one body. */
export interface ItemLimits {
  /** Items of one body. */
  readonly items: number;
  /** Bytes of an item as it was sent; a larger one is refused without being parsed. */
  readonly itemBytes: number;
  /** Bytes of an item with which the whole body is refused: it is not read to its end. */
  readonly stopBytes: number;
  /** Levels of nesting; an item with more is refused without being parsed. */
  readonly depth: number;
}

/** Where the items of a body stand, and which of them must not be parsed. */
export class ItemRanges {
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];
  private readonly indexes: number[] = [];
  private readonly deep = new Set<number>();

  constructor(readonly limits: ItemLimits) {}

  get count(): number {
    return this.starts.length;
  }

  /**
   * @param index position of the item in its list; the number of its line from 0
   * @throws AppError `INTAKE.TOO_MANY_ITEMS`
   */
  add(start: number, end: number, index: number, tooDeep = false): void {
    if (this.starts.length >= this.limits.items) throw tooManyItems(this.limits.items);
    if (tooDeep) this.deep.add(this.starts.length);
    this.starts.push(start);
    this.ends.push(end);
    this.indexes.push(index);
  }

  startOf(item: number): number {
    return this.starts[item]!;
  }

  endOf(item: number): number {
    return this.ends[item]!;
  }

  indexOf(item: number): number {
    return this.indexes[item]!;
  }

  /** Known of elements of a list; of lines, only their length is known. */
  isTooDeep(item: number): boolean {
    return this.deep.has(item);
  }

  isTooLarge(item: number): boolean {
    return this.endOf(item) - this.startOf(item) > this.limits.itemBytes;
  }

  /** @throws AppError `INTAKE.ITEM_TOO_LARGE` when too much stands around the list of items */
  checkAround(bytes: number): void {
    const { itemBytes } = this.limits;
    if (bytes <= itemBytes) return;
    throw new AppError(
      'too-large',
      'INTAKE.ITEM_TOO_LARGE',
      `What the body holds beside its list of records takes ${bytes} bytes, more than ${itemBytes} (twice INGEST_EVENT_LIMIT_BYTES).`,
    );
  }

  /** @throws AppError `INTAKE.ITEM_TOO_LARGE` for an item that has grown beyond every bound */
  checkLength(bytes: number): void {
    if (bytes <= this.limits.stopBytes) return;
    throw new AppError(
      'too-large',
      'INTAKE.ITEM_TOO_LARGE',
      `Item ${this.count} of the request takes more than ${this.limits.stopBytes} bytes; an event may take ` +
        'INGEST_EVENT_LIMIT_BYTES, and with sixteen times as many the request is not read any further.',
    );
  }
}

/** Refuses a body with more than so many items. */
function tooManyItems(limit: number): AppError {
  return new AppError(
    'too-large',
    'INTAKE.TOO_MANY_ITEMS',
    `The request holds more than ${limit} items (INGEST_ITEM_LIMIT).`,
  );
}
