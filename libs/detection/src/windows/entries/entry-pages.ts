import type { EntryLayout } from './entry-layout.js';

/** Entries of the first page of a size, and of a page at most: each is twice as large as the one before. */
const FIRST_PAGE = 64;
const LARGEST_PAGE = 4096;

/** Lists that groups share. Each has a stretch of places in it; all stretches of a page are of one length. */
export class EntryPage {
  readonly numbers: Float64Array;
  readonly things: unknown[];
  /** Stretches that were given back, by their first place. */
  private readonly free: number[] = [];
  private next = 0;
  private used = 0;

  constructor(
    readonly layout: EntryLayout,
    /** Places of a stretch. */
    readonly length: number,
    private readonly places: number,
  ) {
    this.numbers = new Float64Array(places * layout.numbers);
    this.things = new Array<unknown>(places * layout.things);
  }

  get isEmpty(): boolean {
    return this.used === 0;
  }

  get isFull(): boolean {
    return this.free.length === 0 && this.next + this.length > this.places;
  }

  /** The first place of a free stretch, given that the page is not full. */
  take(): number {
    this.used += 1;
    const given = this.free.pop();
    if (given !== undefined) return given;
    this.next += this.length;
    return this.next - this.length;
  }

  /** Gives a stretch back; nothing that stood in it is kept alive by it. */
  giveBack(place: number): void {
    const { things } = this.layout;
    this.things.fill(undefined, place * things, (place + this.length) * things);
    this.free.push(place);
    this.used -= 1;
  }
}

/**
 * The pages of some windows. Most groups are small: with lists of their own they would be most of what the collector of
 * garbage has to carry about, and an event would have to find its way through them.
 */
export class EntryPages {
  /** Pages that are not full, by the length of their stretches. */
  private readonly open = new Map<number, EntryPage[]>();
  private readonly sizes = new Map<number, number>();
  /** Number of pages. */
  size = 0;

  /** Hits refer to the entries of their group even when it is gone: such groups have pages of their own. */
  private readonly shared: boolean;

  constructor(readonly layout: EntryLayout) {
    this.shared = layout.onward < 0;
  }

  /** A page with a free stretch of so many places. */
  pageFor(length: number): EntryPage {
    if (!this.shared) return new EntryPage(this.layout, length, length);
    let open = this.open.get(length);
    if (open === undefined) this.open.set(length, (open = []));
    let page = open.at(-1);
    if (page === undefined) {
      const places = Math.max(length, this.sizes.get(length) ?? FIRST_PAGE);
      this.sizes.set(length, Math.min(places * 2, LARGEST_PAGE));
      page = new EntryPage(this.layout, length, places);
      this.size += 1;
      open.push(page);
    }
    return page;
  }

  take(page: EntryPage): number {
    const place = page.take();
    // It is the last of those that are open.
    if (this.shared && page.isFull) this.open.get(page.length)!.pop();
    return place;
  }

  giveBack(page: EntryPage, place: number): void {
    if (!this.shared) return;
    const open = this.open.get(page.length)!;
    if (page.isFull) open.push(page);
    page.giveBack(place);
    if (!page.isEmpty) return;
    open.splice(open.indexOf(page), 1);
    this.size -= 1;
    if (this.size === 0) this.sizes.clear();
  }
}
