import type { EntryValue, EventFacts } from '../groups/event-facts.js';
import type { EntryPage, EntryPages } from './entry-pages.js';
import { EntryTotals } from './entry-totals.js';

/** One event, or one threshold hit of a referred correlation, in a window. */
export interface Entry {
  /** When it happened; milliseconds. Of a hit: when the correlation met its condition. */
  time: number;
  id: string;
  /** When it reached the system; milliseconds. */
  arrival: number;
  /** Bit i is set when referred rule i matched. */
  mask: number;
  value: EntryValue | undefined;
  /** Texts of the fields a summary asks for. */
  texts: EventFacts['texts'];
  /** Of a hit: where its tightest window begins. Of an event: its time. */
  start: number;
  /** Of a hit: the group in which it happened. */
  origin: Origin | undefined;
  /** What correlations over this one need to know of the event. */
  onward: EventFacts['onward'];
}

/** The group of a referred correlation: the events behind its hits are there. */
export interface Origin {
  readonly entries: Entries;
}

/** What aggregators are shown of an entry; they keep no more of it than they copy. */
export type ShownEntry = Pick<Entry, 'time' | 'id' | 'mask' | 'value' | 'start'>;

/** What decides the place of an entry. */
export type EntryKey = Pick<Entry, 'time' | 'id' | 'mask'>;

/** What putting an entry in led to. */
export type Insertion = 'new' | 'changed' | 'known';

/** Groups with more entries keep what they add up to; smaller ones are soon gone through. */
export const FEW_ENTRIES = 32;
/** Places of the first stretch; many groups never need more. */
const FIRST_LENGTH = 4;
/** Entries that are moved for one that comes late; with more it waits for others of its batch. */
const FAR = 128;
/** From this length on a stretch grows by a quarter, not to the double: what is not used yet would be too much. */
const LONG = 4096;

/**
 * The entries of one group: a plain array, sorted by time and id. It stands in a stretch of a page; an entry is known by
 * its index there, from {@link begin} up to {@link end}. Dropping old entries and appending move no index, anything else
 * may; {@link version} tells.
 */
export class Entries {
  begin = 0;
  end = 0;
  /** Changes when entries get other indexes. */
  version = 0;
  /** What the entries add up to, where they are more than {@link FEW_ENTRIES} and have more than times. */
  totals: EntryTotals | undefined;
  private page: EntryPage | undefined;
  private place = 0;
  private unsettled: Entry[] | undefined;

  constructor(private readonly pages: EntryPages) {}

  get size(): number {
    return this.end - this.begin;
  }

  /** Whether entries are hits of referred correlations, each with a start of its own. */
  get areHits(): boolean {
    return this.pages.layout.start >= 0;
  }

  /** Time of the first entry; Infinity when there is none. */
  get firstTime(): number {
    return this.size === 0 ? Infinity : this.time(this.begin);
  }

  time(index: number): number {
    return this.page!.numbers[(this.place + index) * this.pages.layout.numbers]!;
  }

  id(index: number): string {
    return this.thing(index, 0) as string;
  }

  arrival(index: number): number {
    return this.page!.numbers[(this.place + index) * this.pages.layout.numbers + 1]!;
  }

  /** Bits of the referred rules; 1 where there is only one. */
  mask(index: number): number {
    const { mask } = this.pages.layout;
    return mask < 0 ? 1 : (this.thing(index, mask) as number);
  }

  value(index: number): EntryValue | undefined {
    return this.thing(index, this.pages.layout.value) as EntryValue | undefined;
  }

  texts(index: number): EventFacts['texts'] {
    return this.thing(index, this.pages.layout.texts) as EventFacts['texts'];
  }

  /** Where the tightest window of a hit begins; the time of an event. */
  start(index: number): number {
    const { numbers, start } = this.pages.layout;
    return this.page!.numbers[(this.place + index) * numbers + Math.max(start, 0)]!;
  }

  origin(index: number): Origin | undefined {
    return this.thing(index, this.pages.layout.origin) as Origin | undefined;
  }

  onward(index: number): EventFacts['onward'] {
    return this.thing(index, this.pages.layout.onward) as EventFacts['onward'];
  }

  setMask(index: number, mask: number): void {
    this.setThing(index, this.pages.layout.mask, mask);
  }

  setArrival(index: number, arrival: number): void {
    this.page!.numbers[(this.place + index) * this.pages.layout.numbers + 1] = arrival;
  }

  /** What an aggregator is shown of an entry, in an object that is used again and again. */
  show(index: number, shown: ShownEntry): ShownEntry {
    shown.time = this.time(index);
    shown.id = this.id(index);
    shown.mask = this.mask(index);
    shown.value = this.value(index);
    shown.start = this.start(index);
    return shown;
  }

  /** The ids of the entries [first, end). */
  ids(first: number, end: number): string[] {
    const ids: string[] = [];
    for (let i = first; i < end; i += 1) ids.push(this.id(i));
    return ids;
  }

  /** The bits of the entries [first, end). */
  masks(first: number, end: number): number[] {
    const masks: number[] = [];
    for (let i = first; i < end; i += 1) masks.push(this.mask(i));
    return masks;
  }

  /** Index of the first entry whose time is at least this; {@link end} for none. */
  lower(time: number): number {
    let low = this.begin;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.time(middle) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Index of the first entry whose time is greater than this; {@link end} for none. */
  upper(time: number): number {
    let low = this.begin;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.time(middle) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Index of an entry; undefined when it is not there. */
  find(key: EntryKey): number | undefined {
    const index = this.placeOf(key, this.end);
    return index < this.end && this.compare(index, key) === 0 ? index : undefined;
  }

  /**
   * Puts an entry where it belongs; far from the end that happens with {@link settle}. One that is there already then
   * carries the bits of both, and the later start: the tighter the window of a hit, the more windows over hits hold it.
   */
  insert(entry: Entry): Insertion {
    let index = this.end;
    if (this.size > 0 && this.compare(this.end - 1, entry) >= 0) {
      index = this.placeOf(entry, this.end);
      if (this.compare(index, entry) === 0) return this.merge(index, entry);
      if (this.end - index > FAR) return this.insertLater(entry);
    }
    index = this.makeRoom(index);
    this.write(index, entry);
    this.count(entry);
    return 'new';
  }

  /** Whether entries wait for {@link settle}. Until then they are not among those that have an index. */
  get isUnsettled(): boolean {
    return this.unsettled !== undefined;
  }

  /** Puts entries where they belong that came in far from the end, all in one pass. */
  settle(): void {
    const { unsettled } = this;
    if (unsettled === undefined) return;
    this.unsettled = undefined;
    const length = this.page!.length;
    if (this.end + unsettled.length > length)
      this.move(Math.max(longer(length), this.size + unsettled.length));
    let end = this.end;
    for (let i = unsettled.length - 1; i >= 0; i -= 1) {
      const place = this.placeOf(unsettled[i]!, end);
      this.copy(place, end, this.page!, this.place + place + i + 1);
      this.write(place + i, unsettled[i]!);
      end = place;
    }
    this.end += unsettled.length;
    this.version += 1;
  }

  /** Takes an entry out. */
  remove(index: number): void {
    this.copy(index + 1, this.end, this.page!, this.place + index);
    this.clear(this.end - 1, this.end);
    this.end -= 1;
    this.version += 1;
    if (this.size === 0) this.release();
  }

  /** Drops the entries before an index. */
  dropBefore(index: number): void {
    if (index === this.begin) return;
    this.clear(this.begin, index);
    this.begin = index;
    if (this.size === 0) this.release();
    else if (this.page!.length > LONG && this.size * 4 < this.page!.length) this.move(this.size * 2);
    if (this.totals !== undefined && this.totals.entries > this.size * 2) this.totals = this.addUp();
  }

  /** Those of some ids that no entry has. */
  missing(ids: readonly string[]): string[] {
    const wanted = new Set(ids);
    for (let i = this.begin; i < this.end && wanted.size > 0; i += 1) wanted.delete(this.id(i));
    return ids.filter((id) => wanted.has(id));
  }

  private insertLater(entry: Entry): Insertion {
    const unsettled = (this.unsettled ??= []);
    let low = 0;
    let high = unsettled.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (inOrder(unsettled[middle]!, entry, this.areHits) < 0) low = middle + 1;
      else high = middle;
    }
    const known = unsettled[low];
    if (known === undefined || inOrder(known, entry, this.areHits) !== 0) {
      unsettled.splice(low, 0, { ...entry });
      this.count(entry);
      return 'new';
    }
    const { mask, start } = known;
    known.mask |= entry.mask;
    if (entry.start > start) Object.assign(known, { start: entry.start, origin: entry.origin });
    return known.mask !== mask || known.start !== start ? 'changed' : 'known';
  }

  private count(entry: Entry): void {
    if (this.totals !== undefined) this.totals.add(entry.time, entry.mask, entry.value);
    else if (this.size > FEW_ENTRIES) this.totals = this.addUp();
  }

  /** Index of the first entry that is not before this one in the order, among those before `end`. */
  private placeOf(key: EntryKey, end: number): number {
    let low = this.begin;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(middle, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Below zero when an entry stands before another. */
  private compare(index: number, key: EntryKey): number {
    const time = this.time(index);
    if (time !== key.time) return time - key.time;
    return inOrder({ time, id: this.id(index), mask: this.mask(index) }, key, this.areHits);
  }

  private merge(index: number, entry: Entry): Insertion {
    this.totals?.addRules(entry.time, entry.mask);
    const before = this.mask(index);
    let changed = (before | entry.mask) !== before;
    if (changed) this.setMask(index, before | entry.mask);
    if (this.areHits && entry.start > this.start(index)) {
      const { layout } = this.pages;
      this.page!.numbers[(this.place + index) * layout.numbers + layout.start] = entry.start;
      this.setThing(index, layout.origin, entry.origin);
      changed = true;
    }
    return changed ? 'changed' : 'known';
  }

  /** Makes a place at an index free, with the entries from there on behind it; answers the index that it has then. */
  private makeRoom(index: number): number {
    const { begin, page } = this;
    if (page === undefined) this.move(FIRST_LENGTH);
    else if (this.end === page.length)
      this.move(this.size * 1.25 < page.length ? page.length : longer(page.length));
    const place = index - (begin - this.begin);
    if (place < this.end) {
      this.copy(place, this.end, this.page!, this.place + place + 1);
      this.version += 1;
    }
    this.end += 1;
    return place;
  }

  /** Moves to the front of a stretch of this length, which may be the present one. */
  private move(length: number): void {
    const { pages, page, place, begin, end, size } = this;
    if (length === page?.length) {
      this.copy(begin, end, page, place);
      this.clear(size, end);
    } else {
      const next = pages.pageFor(length);
      const nextPlace = pages.take(next);
      this.copy(begin, end, next, nextPlace);
      if (page !== undefined) pages.giveBack(page, place);
      this.page = next;
      this.place = nextPlace;
    }
    this.begin = 0;
    this.end = size;
    this.version += 1;
  }

  private release(): void {
    if (this.page !== undefined) this.pages.giveBack(this.page, this.place);
    this.page = undefined;
    this.begin = 0;
    this.end = 0;
    this.version += 1;
  }

  private write(index: number, entry: Entry): void {
    const { layout } = this.pages;
    const { numbers, things } = this.page!;
    const number = (this.place + index) * layout.numbers;
    numbers[number] = entry.time;
    numbers[number + 1] = entry.arrival;
    if (layout.start >= 0) numbers[number + layout.start] = entry.start;
    const thing = (this.place + index) * layout.things;
    things[thing] = entry.id;
    if (layout.mask >= 0) things[thing + layout.mask] = entry.mask;
    if (layout.value >= 0) things[thing + layout.value] = entry.value;
    if (layout.texts >= 0) things[thing + layout.texts] = entry.texts;
    if (layout.origin >= 0) things[thing + layout.origin] = entry.origin;
    if (layout.onward >= 0) things[thing + layout.onward] = entry.onward;
  }

  /** Copies the entries [first, end) to the places of a page from `to` on; they may overlap. */
  private copy(first: number, end: number, page: EntryPage, to: number): void {
    if (this.page === undefined || first >= end) return;
    const { numbers, things } = this.pages.layout;
    const from = this.place + first;
    const count = end - first;
    if (page === this.page) {
      page.numbers.copyWithin(to * numbers, from * numbers, (from + count) * numbers);
    } else {
      page.numbers.set(this.page.numbers.subarray(from * numbers, (from + count) * numbers), to * numbers);
    }
    const source = this.page.things;
    const target = page.things;
    const shift = (to - from) * things;
    if (page === this.page && shift > 0) {
      for (let i = (from + count) * things - 1; i >= from * things; i -= 1) target[i + shift] = source[i];
    } else {
      for (let i = from * things; i < (from + count) * things; i += 1) target[i + shift] = source[i];
    }
  }

  /** Lets go of what stood at [first, end). */
  private clear(first: number, end: number): void {
    const { things } = this.pages.layout;
    this.page?.things.fill(undefined, (this.place + first) * things, (this.place + end) * things);
  }

  private addUp(): EntryTotals | undefined {
    const { layout } = this.pages;
    if (this.size <= FEW_ENTRIES || (layout.mask < 0 && layout.value < 0)) return undefined;
    const totals = new EntryTotals(layout.distinct);
    for (let i = this.begin; i < this.end; i += 1) totals.add(this.time(i), this.mask(i), this.value(i));
    return totals;
  }

  private thing(index: number, part: number): unknown {
    return part < 0 ? undefined : this.page!.things[(this.place + index) * this.pages.layout.things + part];
  }

  private setThing(index: number, part: number, value: unknown): void {
    if (part >= 0) this.page!.things[(this.place + index) * this.pages.layout.things + part] = value;
  }
}

/** By time and id; where hits are kept, each referred rule has an entry of its own. */
function inOrder(a: EntryKey, b: EntryKey, areHits: boolean): number {
  if (a.time !== b.time) return a.time - b.time;
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return areHits ? a.mask - b.mask : 0;
}

function longer(length: number): number {
  return length < LONG ? length * 2 : Math.ceil(length * 1.25);
}
