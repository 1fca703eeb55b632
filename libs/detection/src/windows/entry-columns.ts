import { BLOCK_SIZE, BlockSequence } from './block-sequence.js';
import { EntryBlock } from './entry-block.js';
import type { EntryPages } from './entry-pages.js';
import { EntryTotals } from './entry-totals.js';
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
  /** Told where the entry was there already: the bits and the start it had. */
  maskBefore: number;
  startBefore: number;
}

/** What value correlations count or calculate with; several when the field is a list. */
export type EntryValue = string | number | readonly (string | number)[];

/** What a judge needs to know of an entry. */
export type JudgedEntry = Readonly<ShownEntry>;
export type ShownEntry = Pick<Entry, 'time' | 'id' | 'mask' | 'value' | 'start'>;

/** What decides the place of an entry. */
export type EntryKey = Pick<Entry, 'time' | 'id' | 'mask'>;

/** Groups with more entries keep what these add up to; smaller ones are soon gone through. */
export const FEW_ENTRIES = 32;

/**
 * The entries of one group, ordered by (time, id), so that a duplicate is found by binary search, an event in order is
 * appended in constant time, and any other costs no more than a logarithm.
 */
export class EntryColumns extends BlockSequence<EntryBlock> {
  private added: EntryTotals | undefined;

  constructor(private readonly pages: EntryPages) {
    super();
  }

  /** What the entries add up to, where that is more than their number and they are not few. */
  get totals(): EntryTotals | undefined {
    return this.added;
  }

  /** Whether entries are firings, each with a start of its own. */
  get hasStarts(): boolean {
    return this.pages.layout.start >= 0;
  }

  /** Time of the last entry; -Infinity when there is none. */
  get lastTime(): number {
    const { tail } = this;
    return tail === undefined ? -Infinity : tail.time(tail.end - 1);
  }

  /** Time of the first entry; Infinity when there is none. */
  get firstTime(): number {
    return this.size === 0 ? Infinity : this.time(this.begin);
  }

  time(address: number): number {
    return this.blockAt(address).time(this.indexAt(address));
  }

  id(address: number): string {
    return this.blockAt(address).id(this.indexAt(address));
  }

  arrival(address: number): number {
    return this.blockAt(address).arrival(this.indexAt(address));
  }

  /** Bits of the referred rules; 1 where there is only one. */
  mask(address: number): number {
    return this.blockAt(address).mask(this.indexAt(address));
  }

  value(address: number): EntryValue | undefined {
    return this.blockAt(address).value(this.indexAt(address));
  }

  texts(address: number): readonly (string | undefined)[] | undefined {
    return this.blockAt(address).texts(this.indexAt(address));
  }

  /** Where the tightest window of a firing begins; the time of an event. */
  start(address: number): number {
    return this.blockAt(address).start(this.indexAt(address));
  }

  origin(address: number): GroupWindow | undefined {
    return this.blockAt(address).origin(this.indexAt(address));
  }

  onward(address: number): readonly (EventFacts | undefined)[] | undefined {
    return this.blockAt(address).onward(this.indexAt(address));
  }

  setMask(address: number, mask: number): void {
    this.blockAt(address).setMask(this.indexAt(address), mask);
  }

  setArrival(address: number, arrival: number): void {
    this.blockAt(address).setArrival(this.indexAt(address), arrival);
  }

  /** What a judge needs to know of an entry. */
  judged(address: number): JudgedEntry {
    return this.judgedInto(address, { time: 0, id: '', mask: 0, value: undefined, start: 0 });
  }

  /** The same, in an object that is used again and again. */
  judgedInto(address: number, entry: ShownEntry): JudgedEntry {
    const block = this.blockAt(address);
    const index = this.indexAt(address);
    entry.time = block.time(index);
    entry.id = block.id(index);
    entry.mask = block.mask(index);
    entry.value = block.value(index);
    entry.start = block.start(index);
    return entry;
  }

  /** The ids of so many entries from an address on. */
  ids(address: number, count: number): string[] {
    const ids: string[] = [];
    for (
      let number = this.numberOf(address), i = this.indexAt(address);
      ids.length < count;
      number += 1, i = 0
    ) {
      const block = this.blocks[number]!;
      const end = Math.min(block.end, i + count - ids.length);
      for (; i < end; i += 1) ids.push(block.id(i));
    }
    return ids;
  }

  /** The bits of so many entries from an address on. */
  masks(address: number, count: number): number[] {
    const masks: number[] = [];
    for (
      let number = this.numberOf(address), i = this.indexAt(address);
      masks.length < count;
      number += 1, i = 0
    ) {
      const block = this.blocks[number]!;
      const end = Math.min(block.end, i + count - masks.length);
      for (; i < end; i += 1) masks.push(block.mask(i));
    }
    return masks;
  }

  /** Address of the first entry whose time is at least this; {@link end} for none. */
  lower(time: number): number {
    const { blocks } = this;
    let block = 0;
    let highest = blocks.length - 1;
    if (highest < 0) return 0;
    while (block < highest) {
      const middle = (block + highest) >>> 1;
      const { end } = blocks[middle]!;
      if (blocks[middle]!.time(end - 1) < time) block = middle + 1;
      else highest = middle;
    }
    const found = blocks[block]!;
    let low = found.from;
    let high = found.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (found.time(middle) < time) low = middle + 1;
      else high = middle;
    }
    return this.address(block, low);
  }

  /** Address of the first entry whose time is greater than this; {@link end} for none. */
  upper(time: number): number {
    const { blocks } = this;
    let block = 0;
    let highest = blocks.length - 1;
    if (highest < 0) return 0;
    while (block < highest) {
      const middle = (block + highest) >>> 1;
      const { end } = blocks[middle]!;
      if (blocks[middle]!.time(end - 1) <= time) block = middle + 1;
      else highest = middle;
    }
    const found = blocks[block]!;
    let low = found.from;
    let high = found.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (found.time(middle) <= time) low = middle + 1;
      else high = middle;
    }
    return this.address(block, low);
  }

  /**
   * Puts an entry where it belongs. Answers its address, or the complement (`~address`) of the entry that is there
   * already; that one then carries the bits of both, and the start of the newer, and `entry` tells what it had before.
   */
  insert(entry: Entry): number {
    const { tail } = this;
    if (tail === undefined || tail.compare(tail.end - 1, entry) < 0) {
      if (tail === undefined || tail.end >= BLOCK_SIZE) {
        this.append(EntryBlock.of(entry, this.pages));
      } else {
        tail.push(entry);
        this.grown(this.end - 1);
      }
      this.addUp(entry);
      return this.end - 1;
    }
    const place = this.place(entry);
    if (this.blockAt(place).compare(this.indexAt(place), entry) === 0) {
      this.merge(place, entry);
      return ~place;
    }
    const address = this.makeRoom(place);
    this.blockAt(address).insertAt(this.indexAt(address), entry);
    this.grown(address);
    this.addUp(entry);
    return address;
  }

  override dropBefore(address: number): number {
    const dropped = super.dropBefore(address);
    if (this.added !== undefined && this.added.entries > this.size * 2) this.added = this.sum();
    return dropped;
  }

  /** The address of an entry; undefined when it is not there. */
  addressOfEntry(entry: EntryKey): number | undefined {
    if (this.size === 0) return undefined;
    const place = this.place(entry);
    if (place === this.end) return undefined;
    return this.blockAt(place).compare(this.indexAt(place), entry) === 0 ? place : undefined;
  }

  /** Those of some ids that no entry has. */
  missing(ids: readonly string[]): string[] {
    const wanted = new Set(ids);
    for (const block of this.blocks) {
      for (let i = block.from; i < block.end && wanted.size > 0; i += 1) wanted.delete(block.id(i));
    }
    return ids.filter((id) => wanted.has(id));
  }

  /** Address of the first entry that is not before this one in the order; {@link end} for none. */
  private place(entry: EntryKey): number {
    const { blocks } = this;
    let block = 0;
    let highest = blocks.length - 1;
    while (block < highest) {
      const middle = (block + highest) >>> 1;
      if (blocks[middle]!.compare(blocks[middle]!.end - 1, entry) < 0) block = middle + 1;
      else highest = middle;
    }
    const found = blocks[block]!;
    let low = found.from;
    let high = found.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (found.compare(middle, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return this.address(block, low);
  }

  private merge(address: number, entry: Entry): void {
    this.added?.addRules(entry.time, entry.mask);
    const block = this.blockAt(address);
    const index = this.indexAt(address);
    entry.maskBefore = block.mask(index);
    entry.startBefore = block.start(index);
    block.setMask(index, entry.maskBefore | entry.mask);
    if (!this.hasStarts) return;
    // A late event can let the window of a firing begin earlier. Of the firings of several groups the tightest counts.
    const same = block.origin(index) === entry.origin;
    if (same || entry.startBefore < entry.start) block.setStart(index, entry.start, entry.origin);
  }

  /** An entry was put in. */
  private addUp(entry: Entry): void {
    if (this.added !== undefined) this.added.add(entry.time, entry.mask, entry.value);
    else if (this.size > FEW_ENTRIES) this.added = this.sum();
  }

  private sum(): EntryTotals | undefined {
    const { layout } = this.pages;
    if (this.size <= FEW_ENTRIES || (layout.mask < 0 && layout.value < 0)) return undefined;
    const totals = new EntryTotals();
    for (let i = this.begin; i < this.end; i = this.next(i)) {
      totals.add(this.time(i), this.mask(i), this.value(i));
    }
    return totals;
  }
}
