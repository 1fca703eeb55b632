import { BlockList } from './block-list.js';

/** A moment at which a window met the condition, kept where a late event can take it back. */
export interface Firing {
  readonly time: number;
  /** What was measured; it may have changed with late events, unless it is kept. */
  value: number;
  /** Entries that it was measured over are gone, so that it cannot be measured again. */
  kept: boolean;
}

/** The firings of one correlation in one group, in order of time. */
export class Firings extends BlockList<Firing> {
  /** Values of later firings are as last measured. */
  private freshAfter = -Infinity;
  /** Earlier firings that lost entries of their windows have a value that is kept. */
  private keptUntil = -Infinity;

  /** Address of the first firing at a time or later. */
  from(time: number): number {
    return this.find((firing) => firing.time >= time);
  }

  /** Forgets a firing; answers whether there was one. */
  delete(time: number): boolean {
    const address = this.from(time);
    if (address === this.end || this.at(address).time !== time) return false;
    this.remove(address);
    return true;
  }

  /** Notes a firing and what was measured. */
  set(time: number, value: number): void {
    const kept = time < this.keptUntil;
    const address = this.from(time);
    const known = address < this.end ? this.at(address) : undefined;
    if (known?.time !== time) {
      this.insert(address, { time, value, kept });
    } else {
      known.value = value;
      known.kept = kept;
    }
  }

  /** Entries within the windows that end in [from, to] came or went: what was measured there is out of date. */
  outdate(from: number, to: number): void {
    this.freshAfter = Math.max(this.freshAfter, to);
    if (from > this.keptUntil) return;
    for (let i = this.from(from); i < this.end; i = this.next(i)) {
      const firing = this.at(i);
      if (firing.time > to || firing.time > this.keptUntil) break;
      firing.kept = false;
    }
    // Behind it there may be others that are kept.
    this.keptUntil = from;
  }

  /** Windows that end within [from, to] are about to lose entries: writes down what was measured over them. */
  keep(from: number, to: number, measure: (time: number) => number | undefined): void {
    for (let i = this.from(Math.max(from, this.keptUntil)); i < this.end; i = this.next(i)) {
      const firing = this.at(i);
      if (firing.time > to) break;
      if (firing.kept) continue;
      if (firing.time <= this.freshAfter) firing.value = measure(firing.time) ?? firing.value;
      firing.kept = true;
    }
    this.keptUntil = Math.max(this.keptUntil, to);
  }

  /** What a firing measured. */
  valueAt(time: number, measure: (time: number) => number | undefined): number {
    const firing = this.at(this.from(time));
    if (firing.kept || firing.time > this.freshAfter) return firing.value;
    return measure(time) ?? firing.value;
  }
}
