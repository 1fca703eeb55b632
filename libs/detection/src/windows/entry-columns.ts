import { BLOCK_SIZE, BlockSequence } from './block-sequence.js';
import { EntryBlock } from './entry-block.js';
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
}

/** What value correlations count or calculate with; several when the field is a list. */
export type EntryValue = string | number | readonly (string | number)[];

/** What a judge needs to know of an entry. */
export type JudgedEntry = Readonly<Pick<Entry, 'time' | 'id' | 'mask' | 'value' | 'start'>>;

/** Which columns a correlation needs; the others are not kept. */
export interface ColumnNeeds {
  mask: boolean;
  value: boolean;
  texts: boolean;
  /** Start and origin: some referred rule is a correlation. */
  firings: boolean;
  onward: boolean;
}

/** What decides the place of an entry. */
export type EntryKey = Pick<Entry, 'time' | 'id' | 'mask'>;

/**
 * The entries of one group, ordered by (time, id), so that a duplicate is found by binary search, an event in order is
 * appended in constant time, and any other costs no more than a logarithm.
 */
export class EntryColumns extends BlockSequence<EntryBlock> {
  /** Mask and start of the entry that the last {@link insert} found there, as they were before. */
  maskBefore = 0;
  startBefore = 0;
  /** Where there is more to add up than the number of entries. */
  readonly totals: EntryTotals | undefined;

  constructor(private readonly needs: ColumnNeeds) {
    super();
    this.totals = needs.mask || needs.value ? new EntryTotals() : undefined;
  }

  /** Whether entries are firings, each with a start of its own. */
  get hasStarts(): boolean {
    return this.needs.firings;
  }

  /** Time of the last entry; -Infinity when there is none. */
  get lastTime(): number {
    if (this.size === 0) return -Infinity;
    const { times } = this.blocks[this.blocks.length - 1]!;
    return times[times.length - 1]!;
  }

  /** Time of the first entry; Infinity when there is none. */
  get firstTime(): number {
    return this.size === 0 ? Infinity : this.time(this.begin);
  }

  time(address: number): number {
    return this.blockAt(address).times[this.indexAt(address)]!;
  }

  id(address: number): string {
    return this.blockAt(address).ids[this.indexAt(address)]!;
  }

  arrival(address: number): number {
    return this.blockAt(address).arrivals[this.indexAt(address)]!;
  }

  /** Bits of the referred rules; 1 where there is only one. */
  mask(address: number): number {
    return this.blockAt(address).masks?.[this.indexAt(address)] ?? 1;
  }

  value(address: number): EntryValue | undefined {
    return this.blockAt(address).values?.[this.indexAt(address)];
  }

  texts(address: number): readonly (string | undefined)[] | undefined {
    return this.blockAt(address).texts?.[this.indexAt(address)];
  }

  /** Where the tightest window of a firing begins; the time of an event. */
  start(address: number): number {
    const block = this.blockAt(address);
    return (block.starts ?? block.times)[this.indexAt(address)]!;
  }

  origin(address: number): GroupWindow | undefined {
    return this.blockAt(address).origins?.[this.indexAt(address)];
  }

  onward(address: number): readonly (EventFacts | undefined)[] | undefined {
    return this.blockAt(address).onwards?.[this.indexAt(address)];
  }

  setMask(address: number, mask: number): void {
    this.blockAt(address).masks![this.indexAt(address)] = mask;
  }

  setArrival(address: number, arrival: number): void {
    this.blockAt(address).arrivals[this.indexAt(address)] = arrival;
  }

  /** What a judge needs to know of an entry. */
  judged(address: number): JudgedEntry {
    const block = this.blockAt(address);
    const index = this.indexAt(address);
    const time = block.times[index]!;
    return {
      time,
      id: block.ids[index]!,
      mask: block.masks === undefined ? 1 : block.masks[index]!,
      value: block.values === undefined ? undefined : block.values[index],
      start: block.starts === undefined ? time : block.starts[index]!,
    };
  }

  /** Address of the first entry whose time is at least this; {@link end} for none. */
  lower(time: number): number {
    const { blocks } = this;
    let block = 0;
    let highest = blocks.length - 1;
    if (highest < 0) return 0;
    while (block < highest) {
      const middle = (block + highest) >>> 1;
      const { times } = blocks[middle]!;
      if (times[times.length - 1]! < time) block = middle + 1;
      else highest = middle;
    }
    const { times, from } = blocks[block]!;
    let low = from;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (times[middle]! < time) low = middle + 1;
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
      const { times } = blocks[middle]!;
      if (times[times.length - 1]! <= time) block = middle + 1;
      else highest = middle;
    }
    const { times, from } = blocks[block]!;
    let low = from;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (times[middle]! <= time) low = middle + 1;
      else high = middle;
    }
    return this.address(block, low);
  }

  /**
   * Puts an entry where it belongs. Answers its address, or the complement (`~address`) of the entry that is there
   * already; that one then carries the bits of both, and the later start.
   */
  insert(entry: Entry): number {
    const { blocks } = this;
    const last = blocks[blocks.length - 1];
    if (last === undefined || this.compare(last, last.end - 1, entry) < 0) {
      this.totals?.add(entry.time, entry.mask, entry.value);
      if (last === undefined || last.end >= BLOCK_SIZE) {
        this.append(EntryBlock.of(entry, this.needs));
      } else {
        last.push(entry);
        this.grown(this.end - 1);
      }
      return this.end - 1;
    }
    const place = this.place(entry);
    if (this.compare(this.blockAt(place), this.indexAt(place), entry) === 0) {
      this.merge(place, entry);
      return ~place;
    }
    this.totals?.add(entry.time, entry.mask, entry.value);
    const address = this.makeRoom(place);
    this.blockAt(address).insertAt(this.indexAt(address), entry);
    this.grown(address);
    return address;
  }

  override dropBefore(address: number): number {
    const dropped = super.dropBefore(address);
    const { totals } = this;
    if (totals !== undefined && totals.entries > this.size * 2) {
      totals.clear();
      for (let i = this.begin; i < this.end; i = this.next(i))
        totals.add(this.time(i), this.mask(i), this.value(i));
    }
    return dropped;
  }

  /** The address of an entry; undefined when it is not there. */
  addressOfEntry(entry: EntryKey): number | undefined {
    if (this.size === 0) return undefined;
    const place = this.place(entry);
    if (place === this.end) return undefined;
    return this.compare(this.blockAt(place), this.indexAt(place), entry) === 0 ? place : undefined;
  }

  /** Those of some ids that no entry has. */
  missing(ids: readonly string[]): string[] {
    const wanted = new Set(ids);
    for (const block of this.blocks) {
      for (let i = block.from; i < block.end && wanted.size > 0; i += 1) wanted.delete(block.ids[i]!);
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
      if (this.compare(blocks[middle]!, blocks[middle]!.end - 1, entry) < 0) block = middle + 1;
      else highest = middle;
    }
    const found = blocks[block]!;
    let low = found.from;
    let high = found.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(found, middle, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return this.address(block, low);
  }

  /** Below zero when an entry stands before another. Where firings are kept, each referred rule has an entry of its own. */
  private compare(block: EntryBlock, index: number, entry: EntryKey): number {
    const time = block.times[index]!;
    if (time !== entry.time) return time < entry.time ? -1 : 1;
    const id = block.ids[index]!;
    if (id !== entry.id) return id < entry.id ? -1 : 1;
    return block.starts === undefined ? 0 : block.masks![index]! - entry.mask;
  }

  private merge(address: number, entry: Entry): void {
    this.totals?.addRules(entry.time, entry.mask);
    const block = this.blockAt(address);
    const index = this.indexAt(address);
    this.maskBefore = this.mask(address);
    this.startBefore = this.start(address);
    if (block.masks !== undefined) block.masks[index] = this.maskBefore | entry.mask;
    if (block.starts !== undefined && this.startBefore < entry.start) {
      block.starts[index] = entry.start;
      block.origins![index] = entry.origin;
    }
  }
}
