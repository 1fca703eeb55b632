import type { Block } from './block-sequence.js';
import type { Entry, EntryKey, EntryValue } from './entry-columns.js';
import type { EntryLayout } from './entry-layout.js';
import type { EventFacts } from './event-facts.js';
import type { GroupWindow } from './group-window.js';

/** Some entries of a group, one after the other. */
export class EntryBlock implements Block {
  from = 0;

  private constructor(
    private readonly layout: EntryLayout,
    public end: number,
    private readonly numbers: number[],
    private readonly things: unknown[],
  ) {}

  /** A block of one entry. Many groups never get a second one, and lists for one are small. */
  static of(entry: Entry, layout: EntryLayout): EntryBlock {
    const block = new EntryBlock(layout, 1, [entry.time, entry.arrival], [entry.id]);
    block.pushRest(entry);
    return block;
  }

  time(index: number): number {
    return this.numbers[index * this.layout.numbers]!;
  }

  id(index: number): string {
    return this.things[index * this.layout.things] as string;
  }

  arrival(index: number): number {
    return this.numbers[index * this.layout.numbers + 1]!;
  }

  /** Bits of the referred rules; 1 where there is only one. */
  mask(index: number): number {
    const { things, mask } = this.layout;
    return mask < 0 ? 1 : (this.things[index * things + mask] as number);
  }

  value(index: number): EntryValue | undefined {
    return this.thing(index, this.layout.value) as EntryValue | undefined;
  }

  texts(index: number): readonly (string | undefined)[] | undefined {
    return this.thing(index, this.layout.texts) as readonly (string | undefined)[] | undefined;
  }

  start(index: number): number {
    const { numbers, start } = this.layout;
    return this.numbers[index * numbers + Math.max(start, 0)]!;
  }

  origin(index: number): GroupWindow | undefined {
    return this.thing(index, this.layout.origin) as GroupWindow | undefined;
  }

  onward(index: number): readonly (EventFacts | undefined)[] | undefined {
    return this.thing(index, this.layout.onward) as readonly (EventFacts | undefined)[] | undefined;
  }

  setMask(index: number, mask: number): void {
    const { layout } = this;
    if (layout.mask >= 0) this.things[index * layout.things + layout.mask] = mask;
  }

  setArrival(index: number, arrival: number): void {
    this.numbers[index * this.layout.numbers + 1] = arrival;
  }

  /** Where firings are kept. */
  setStart(index: number, start: number, origin: GroupWindow | undefined): void {
    const { layout } = this;
    this.numbers[index * layout.numbers + layout.start] = start;
    this.things[index * layout.things + layout.origin] = origin;
  }

  /** Below zero when an entry stands before another. Where firings are kept, each referred rule has an entry of its own. */
  compare(index: number, entry: EntryKey): number {
    const time = this.time(index);
    if (time !== entry.time) return time < entry.time ? -1 : 1;
    const id = this.id(index);
    if (id !== entry.id) return id < entry.id ? -1 : 1;
    return this.layout.start < 0 ? 0 : this.mask(index) - entry.mask;
  }

  push(entry: Entry): void {
    this.numbers.push(entry.time, entry.arrival);
    this.things.push(entry.id);
    this.pushRest(entry);
    this.end += 1;
  }

  insertAt(index: number, entry: Entry): void {
    const { layout, numbers, things } = this;
    const { numbers: added, things: more } = EntryBlock.of(entry, layout);
    numbers.splice(index * layout.numbers, 0, ...added);
    things.splice(index * layout.things, 0, ...more);
    this.end += 1;
  }

  removeAt(index: number): void {
    const { layout } = this;
    this.numbers.splice(index * layout.numbers, layout.numbers);
    this.things.splice(index * layout.things, layout.things);
    this.end -= 1;
  }

  dropBefore(index: number): void {
    this.from = index;
  }

  compact(): void {
    const { layout, from } = this;
    this.numbers.splice(0, from * layout.numbers);
    this.things.splice(0, from * layout.things);
    this.end -= from;
    this.from = 0;
  }

  split(index: number): this {
    const { layout, end } = this;
    this.end = index;
    return new EntryBlock(
      layout,
      end - index,
      this.numbers.splice(index * layout.numbers),
      this.things.splice(index * layout.things),
    ) as this;
  }

  /** Pushes what not all correlations need, in the order of the layout. */
  private pushRest(entry: Entry): void {
    const { layout, things } = this;
    if (layout.start >= 0) this.numbers.push(entry.start);
    if (layout.mask >= 0) things.push(entry.mask);
    if (layout.value >= 0) things.push(entry.value);
    if (layout.texts >= 0) things.push(entry.texts);
    if (layout.origin >= 0) things.push(entry.origin);
    if (layout.onward >= 0) things.push(entry.onward);
  }

  private thing(index: number, part: number): unknown {
    return part < 0 ? undefined : this.things[index * this.layout.things + part];
  }
}
