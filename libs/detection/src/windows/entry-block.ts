import { BLOCK_SIZE, type Block } from './block-sequence.js';
import type { Entry, EntryKey, EntryValue } from './entry-columns.js';
import type { EntryPage, EntryPages } from './entry-pages.js';
import type { EventFacts } from './event-facts.js';
import type { GroupWindow } from './group-window.js';

/** Places of a new block; many groups never need more. */
const FIRST_LENGTH = 4;

/** Some entries of a group, one after the other, in a stretch of a page. */
export class EntryBlock implements Block {
  from = 0;
  end = 0;
  private page: EntryPage;
  private place: number;

  private constructor(
    private readonly pages: EntryPages,
    length: number,
  ) {
    this.page = pages.pageFor(length);
    this.place = pages.take(this.page);
  }

  /** A block of one entry. */
  static of(entry: Entry, pages: EntryPages): EntryBlock {
    const block = new EntryBlock(pages, FIRST_LENGTH);
    block.push(entry);
    return block;
  }

  time(index: number): number {
    const { numbers, layout } = this.page;
    return numbers[(this.place + index) * layout.numbers]!;
  }

  id(index: number): string {
    return this.thing(index, 0) as string;
  }

  arrival(index: number): number {
    const { numbers, layout } = this.page;
    return numbers[(this.place + index) * layout.numbers + 1]!;
  }

  /** Bits of the referred rules; 1 where there is only one. */
  mask(index: number): number {
    const { mask } = this.page.layout;
    return mask < 0 ? 1 : (this.thing(index, mask) as number);
  }

  value(index: number): EntryValue | undefined {
    return this.thing(index, this.page.layout.value) as EntryValue | undefined;
  }

  texts(index: number): readonly (string | undefined)[] | undefined {
    return this.thing(index, this.page.layout.texts) as readonly (string | undefined)[] | undefined;
  }

  start(index: number): number {
    const { numbers, layout } = this.page;
    return numbers[(this.place + index) * layout.numbers + Math.max(layout.start, 0)]!;
  }

  origin(index: number): GroupWindow | undefined {
    return this.thing(index, this.page.layout.origin) as GroupWindow | undefined;
  }

  onward(index: number): readonly (EventFacts | undefined)[] | undefined {
    return this.thing(index, this.page.layout.onward) as readonly (EventFacts | undefined)[] | undefined;
  }

  setMask(index: number, mask: number): void {
    this.setThing(index, this.page.layout.mask, mask);
  }

  setArrival(index: number, arrival: number): void {
    const { numbers, layout } = this.page;
    numbers[(this.place + index) * layout.numbers + 1] = arrival;
  }

  /** Where firings are kept. */
  setStart(index: number, start: number, origin: GroupWindow | undefined): void {
    const { numbers, layout } = this.page;
    numbers[(this.place + index) * layout.numbers + layout.start] = start;
    this.setThing(index, layout.origin, origin);
  }

  /** Below zero when an entry stands before another. Where firings are kept, each referred rule has an entry of its own. */
  compare(index: number, entry: EntryKey): number {
    const time = this.time(index);
    if (time !== entry.time) return time < entry.time ? -1 : 1;
    const id = this.id(index);
    if (id !== entry.id) return id < entry.id ? -1 : 1;
    return this.page.layout.start < 0 ? 0 : this.mask(index) - entry.mask;
  }

  push(entry: Entry): void {
    if (this.end === this.page.length) this.lengthen();
    this.end += 1;
    this.write(this.end - 1, entry);
  }

  insertAt(index: number, entry: Entry): void {
    if (this.end === this.page.length) this.lengthen();
    this.moveBack(index);
    this.end += 1;
    this.write(index, entry);
  }

  removeAt(index: number): void {
    this.copy(index + 1, this.end, this, index);
    this.cutOff(this.end - 1);
  }

  dropBefore(index: number): void {
    this.from = index;
  }

  compact(): void {
    const { from, end } = this;
    this.copy(from, end, this, 0);
    this.cutOff(end - from);
    this.from = 0;
  }

  split(index: number): this {
    const rest = new EntryBlock(this.pages, BLOCK_SIZE);
    this.copy(index, this.end, rest, 0);
    rest.end = this.end - index;
    this.cutOff(index);
    return rest as this;
  }

  release(): void {
    this.pages.giveBack(this.page, this.place);
    this.from = 0;
    this.end = 0;
  }

  /** Moves to a stretch that is twice as long. */
  private lengthen(): void {
    const longer = new EntryBlock(this.pages, this.page.length * 2);
    this.copy(this.from, this.end, longer, this.from);
    this.pages.giveBack(this.page, this.place);
    this.page = longer.page;
    this.place = longer.place;
  }

  private write(index: number, entry: Entry): void {
    const { numbers, things, layout } = this.page;
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

  /** Copies the entries [first, end) to places of another block from an index on, or further to the front of this one. */
  private copy(first: number, end: number, to: EntryBlock, at: number): void {
    const { numbers, things, layout } = this.page;
    const { page } = to;
    const count = end - first;
    for (
      let i = 0, source = (this.place + first) * layout.numbers, target = (to.place + at) * layout.numbers;
      i < count * layout.numbers;
      i += 1
    ) {
      page.numbers[target + i] = numbers[source + i]!;
    }
    for (
      let i = 0, source = (this.place + first) * layout.things, target = (to.place + at) * layout.things;
      i < count * layout.things;
      i += 1
    ) {
      page.things[target + i] = things[source + i];
    }
  }

  /** Moves the entries from an index on by one place. */
  private moveBack(index: number): void {
    const { numbers, things, layout } = this.page;
    const number = (this.place + index) * layout.numbers;
    for (let i = (this.place + this.end) * layout.numbers - 1; i >= number; i -= 1) {
      numbers[i + layout.numbers] = numbers[i]!;
    }
    const thing = (this.place + index) * layout.things;
    for (let i = (this.place + this.end) * layout.things - 1; i >= thing; i -= 1) {
      things[i + layout.things] = things[i];
    }
  }

  /** Ends at an index; what stood behind it is not kept alive. */
  private cutOff(end: number): void {
    const { things, layout } = this.page;
    things.fill(undefined, (this.place + end) * layout.things, (this.place + this.end) * layout.things);
    this.end = end;
  }

  private thing(index: number, part: number): unknown {
    const { things, layout } = this.page;
    return part < 0 ? undefined : things[(this.place + index) * layout.things + part];
  }

  private setThing(index: number, part: number, value: unknown): void {
    const { things, layout } = this.page;
    if (part >= 0) things[(this.place + index) * layout.things + part] = value;
  }
}
