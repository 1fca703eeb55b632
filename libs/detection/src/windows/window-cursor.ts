import { BlockList } from './block-list.js';
import type { EntryColumns, JudgedEntry, ShownEntry } from './entry-columns.js';
import type { Judge } from './judge.js';

/** What judges are shown of an entry; they keep no more of it than they copy. */
const SHOWN: ShownEntry = { time: 0, id: '', mask: 0, value: undefined, start: 0 };

/**
 * A window that moves towards newer entries, with the judge that measures it. It is bounded by times, not by places, so
 * that entries may come and go around it.
 */
export class WindowCursor {
  /** What the window holds: entries within [from, until]. For whole firings also: that begin at `from` or later. */
  private from: number;
  private until = -Infinity;
  /** The address of the window's first entry, as long as the entries have this version. */
  private low = 0;
  private version = -1;
  /** Whole firings only: what the window holds, in order of begin. */
  private readonly held: BlockList<JudgedEntry> | undefined;

  constructor(
    private readonly entries: EntryColumns,
    private readonly judge: Judge,
    private readonly timespan: number,
    /** Firings count only when they lie in the window whole. */
    wholeFirings: boolean,
    /** The moment at which the window ends. */
    time: number,
  ) {
    this.from = time - timespan;
    this.held = wholeFirings ? new BlockList() : undefined;
    this.moveTo(time);
  }

  /** The moment at which the window ends. */
  get time(): number {
    return this.until;
  }

  /** Lets the window end at a later moment, or looks again at the one at which it ends. */
  moveTo(time: number): void {
    const { entries, judge } = this;
    const from = time - this.timespan;
    let next = this.until === -Infinity ? entries.lower(this.from) : entries.upper(this.until);
    while (next < entries.end) {
      if (entries.time(next) > time) break;
      if (this.held === undefined) judge.add(entries.judgedInto(next, SHOWN));
      else if (entries.start(next) >= from) this.hold(this.held, entries.judged(next));
      next = entries.next(next);
    }
    this.until = time;
    if (this.held === undefined) this.release(from);
    else this.releaseHeld(this.held, from);
    this.from = from;
  }

  /** What is measured over the window. */
  measure(): number | undefined {
    return this.judge.measure(this.from);
  }

  /** Where the tightest window begins that ends here and still meets the condition, which this one does. */
  tightest(): number {
    const { entries, from, until } = this;
    return this.judge.tightest(entries, entries.lower(from), entries.upper(until));
  }

  /** An entry came in. Answers whether the window could take it in; if not, it is good for nothing any more. */
  add(entry: JudgedEntry): boolean {
    const { judge, from, until, held } = this;
    if (entry.time > until) return true;
    if (held !== undefined) {
      if (entry.start >= from) this.hold(held, entry);
      return true;
    }
    if (entry.time < from) return true;
    if (!judge.addsAnywhere && entry.time < until) return false;
    judge.add(entry);
    return true;
  }

  /** An entry has more bits, or a later start. Answers like {@link add}. */
  change(entry: JudgedEntry): boolean {
    if (entry.time > this.until) return true;
    if (this.held !== undefined) return false;
    return entry.time < this.from || this.judge.addBits(entry);
  }

  /** The entries before an address are about to be dropped. Answers like {@link add}. */
  drop(before: number): boolean {
    const { entries, judge, from, until } = this;
    if (before === entries.begin || entries.time(entries.previous(before)) < from) return true;
    if (this.held !== undefined || !judge.removesAnywhere) return false;
    for (let i = entries.lower(from); i < before && entries.time(i) <= until; i = entries.next(i)) {
      judge.remove(entries.judged(i));
    }
    return true;
  }

  private hold(held: BlockList<JudgedEntry>, entry: JudgedEntry): void {
    this.judge.add(entry);
    held.insert(
      held.find(({ start }) => start > entry.start),
      entry,
    );
  }

  private releaseHeld(held: BlockList<JudgedEntry>, from: number): void {
    const end = held.find(({ start }) => start >= from);
    for (let i = held.begin; i < end; i = held.next(i)) this.judge.remove(held.at(i));
    held.dropBefore(end);
  }

  private release(from: number): void {
    const { entries, judge } = this;
    let low = this.version === entries.version ? this.low : entries.lower(this.from);
    while (low < entries.end && entries.time(low) < from) {
      judge.remove(entries.judgedInto(low, SHOWN));
      low = entries.next(low);
    }
    this.low = low;
    this.version = entries.version;
  }
}
