/** What a level is compared with: at least the limit, or (`strict`) more than it. */
export interface Bound {
  readonly limit: number;
  readonly strict: boolean;
}

const NONE = 0;
const FIRST_CAPACITY = 256;
/** Nodes that stand for nothing are tolerated until they are this many and more than half. */
const COMPACT_FROM = 256;
/** Below this, whole numbers are exact, and so are their sums. */
const EXACT = 2 ** 52;
/** Weights that are multiples of one in this many are added without rounding, too. */
const GRID = 1024;
/** How wrong a rounded level may be, as a share of all weights; far more than it is. */
const DOUBT = 1e-12;

/**
 * How a level rises and falls over time, and which moments are known to be above a bound. A change shifts the level of
 * all later moments; the moments that it carried across the bound are found without looking at the others. This is a
 * treap over the changes in order of time. Each node knows of its subtree the sum of the changes, the highest level of
 * a moment not known to be above and the lowest of one known to be, both counted from the level before the subtree.
 */
export class CrossingTree {
  private root = NONE;
  private count = 0;
  private unused = 0;
  private seed = 2_463_534_242;
  /** Sum of the sizes of all weights so far, and what they are multiples of: 1, a part of it, or nothing. */
  private total = 0;
  private grid = 1;

  private times = new Float64Array(FIRST_CAPACITY);
  /** 1 for a change right after its time: the moment itself is judged before it. */
  private after = new Uint8Array(FIRST_CAPACITY);
  private deltas = new Float64Array(FIRST_CAPACITY);
  /** Entries of the moment, or falls right after it; a node without any stands for nothing. */
  private uses = new Int32Array(FIRST_CAPACITY);
  private above = new Uint8Array(FIRST_CAPACITY);
  private left = new Int32Array(FIRST_CAPACITY);
  private right = new Int32Array(FIRST_CAPACITY);
  private priorities = new Int32Array(FIRST_CAPACITY);
  private sums = new Float64Array(FIRST_CAPACITY);
  private highestBelow = new Float64Array(FIRST_CAPACITY).fill(-Infinity, 0, 1);
  private lowestAbove = new Float64Array(FIRST_CAPACITY).fill(Infinity, 0, 1);

  constructor(private readonly bound: Bound) {}

  /** Entries came to a moment or, below zero, went. Moments without entries are not judged. */
  changeEntries(time: number, entries: number): void {
    this.root = this.put(this.root, time, 0, 0, entries);
    this.compact();
  }

  /** From a moment (which has entries) on the level is higher; below zero: lower. */
  rise(time: number, weight: number): void {
    this.weigh(weight);
    this.root = this.put(this.root, time, 0, weight, 0);
  }

  /** After a moment the level is lower by what it rose before; `falls`: -1 when this is taken back. */
  fall(time: number, weight: number, falls: 1 | -1): void {
    this.root = this.put(this.root, time, 1, -weight, falls);
    this.compact();
  }

  /** The level at a moment; undefined when it would be rounded. */
  level(time: number): number | undefined {
    if (this.doubt > 0) return undefined;
    let level = 0;
    for (let at = this.root; at !== NONE;) {
      if (this.order(at, time, 0) <= 0) {
        level += this.sums[this.left[at]!]! + this.deltas[at]!;
        at = this.right[at]!;
      } else {
        at = this.left[at]!;
      }
    }
    return level;
  }

  /** Whether there are entries at a moment. */
  hasMoment(time: number): boolean {
    return this.uses[this.find(time)]! > 0;
  }

  /** Whether a moment is known to be above the bound. */
  isAbove(time: number): boolean {
    return this.above[this.find(time)] === 1;
  }

  /**
   * The moments within [from, to] that are on another side of the bound than was known; from now on it is known. Where
   * a level is too close to the bound to tell, because it is rounded, `decide` is asked whether the moment is above.
   */
  cross(from: number, to: number, decide: (time: number) => boolean): number[] {
    const crossed: number[] = [];
    const { limit, strict } = this.bound;
    const { doubt } = this;
    const search: Search = {
      from,
      to,
      high: limit - doubt,
      low: limit + doubt,
      highStrict: strict && doubt === 0,
      lowStrict: !strict && doubt === 0,
      beyond: -Infinity,
      level: 0,
    };
    for (;;) {
      const at = this.seek(this.root, 0, search);
      if (at === NONE) return crossed;
      const time = this.times[at]!;
      const { level } = search;
      let above = strict ? level > limit : level >= limit;
      if (doubt > 0 && Math.abs(level - limit) <= doubt) above = decide(time);
      if (above !== (this.above[at] === 1)) {
        this.mark(this.root, time, above);
        crossed.push(time);
      }
      search.beyond = time;
    }
  }

  private find(time: number): number {
    let at = this.root;
    while (at !== NONE) {
      const order = this.order(at, time, 0);
      if (order === 0) return at;
      at = order < 0 ? this.right[at]! : this.left[at]!;
    }
    return NONE;
  }

  /** How far a level may be from the true one. */
  private get doubt(): number {
    return this.grid > 0 && this.total * this.grid < EXACT ? 0 : this.total * DOUBT;
  }

  private weigh(weight: number): void {
    this.total += Math.abs(weight);
    if (this.grid === 1 && !Number.isInteger(weight)) this.grid = GRID;
    if (this.grid === GRID && !Number.isInteger(weight * GRID)) this.grid = 0;
  }

  /** Below zero when a node stands before a change. */
  private order(at: number, time: number, after: number): number {
    const own = this.times[at]!;
    return own === time ? this.after[at]! - after : own < time ? -1 : 1;
  }

  /** Adds to the change at a time, in the subtree of a node; answers the subtree's new root. */
  private put(at: number, time: number, after: number, delta: number, uses: number): number {
    if (at === NONE) return this.create(time, after, delta, uses);
    const order = this.order(at, time, after);
    if (order === 0) {
      this.change(at, delta, uses);
    } else if (order > 0) {
      const child = this.put(this.left[at]!, time, after, delta, uses);
      this.left[at] = child;
      if (this.priorities[child]! > this.priorities[at]!) {
        this.left[at] = this.right[child]!;
        this.right[child] = at;
        this.pull(at);
        at = child;
      }
    } else {
      const child = this.put(this.right[at]!, time, after, delta, uses);
      this.right[at] = child;
      if (this.priorities[child]! > this.priorities[at]!) {
        this.right[at] = this.left[child]!;
        this.left[child] = at;
        this.pull(at);
        at = child;
      }
    }
    this.pull(at);
    return at;
  }

  private change(at: number, delta: number, uses: number): void {
    this.deltas[at]! += delta;
    if (uses === 0) return;
    const before = this.uses[at]!;
    this.uses[at] = before + uses;
    if (before === 0) this.unused -= 1;
    if (before + uses !== 0) return;
    this.unused += 1;
    // What rounding may have left.
    this.deltas[at] = 0;
    this.above[at] = 0;
  }

  private mark(at: number, time: number, above: boolean): void {
    const order = this.order(at, time, 0);
    if (order === 0) this.above[at] = above ? 1 : 0;
    else this.mark(order > 0 ? this.left[at]! : this.right[at]!, time, above);
    this.pull(at);
  }

  /** The first node that may have crossed the bound; `base` is the level before the subtree. */
  private seek(at: number, base: number, search: Search): number {
    if (at === NONE) return NONE;
    if (!crossing(base + this.highestBelow[at]!, base + this.lowestAbove[at]!, search)) return NONE;
    const time = this.times[at]!;
    const left = this.left[at]!;
    const level = base + this.sums[left]! + this.deltas[at]!;
    if (time >= search.from && time > search.beyond) {
      const found = this.seek(left, base, search);
      if (found !== NONE) return found;
    }
    if (time > search.to) return NONE;
    if (time >= search.from && time > search.beyond && this.after[at] === 0 && this.uses[at]! > 0) {
      const above = this.above[at] === 1;
      if (crossing(above ? -Infinity : level, above ? level : Infinity, search)) {
        search.level = level;
        return at;
      }
    }
    return this.seek(this.right[at]!, level, search);
  }

  /** Works out what a node knows of its subtree. */
  private pull(at: number): void {
    const left = this.left[at]!;
    const right = this.right[at]!;
    const level = this.sums[left]! + this.deltas[at]!;
    let highest = Math.max(this.highestBelow[left]!, level + this.highestBelow[right]!);
    let lowest = Math.min(this.lowestAbove[left]!, level + this.lowestAbove[right]!);
    if (this.after[at] === 0 && this.uses[at]! > 0) {
      if (this.above[at] === 1) lowest = Math.min(lowest, level);
      else highest = Math.max(highest, level);
    }
    this.sums[at] = level + this.sums[right]!;
    this.highestBelow[at] = highest;
    this.lowestAbove[at] = lowest;
  }

  private create(time: number, after: number, delta: number, uses: number): number {
    const at = this.count + 1;
    if (at === this.times.length) this.enlarge();
    this.count = at;
    this.times[at] = time;
    this.after[at] = after;
    this.deltas[at] = delta;
    this.uses[at] = uses;
    this.above[at] = 0;
    this.left[at] = NONE;
    this.right[at] = NONE;
    if (uses === 0) this.unused += 1;
    this.seed ^= this.seed << 13;
    this.seed ^= this.seed >>> 17;
    this.seed ^= this.seed << 5;
    this.priorities[at] = this.seed;
    this.pull(at);
    return at;
  }

  private enlarge(): void {
    const length = this.times.length * 2;
    const longer = <A extends Float64Array | Int32Array | Uint8Array>(old: A, made: A): A => {
      made.set(old);
      return made;
    };
    this.times = longer(this.times, new Float64Array(length));
    this.after = longer(this.after, new Uint8Array(length));
    this.deltas = longer(this.deltas, new Float64Array(length));
    this.uses = longer(this.uses, new Int32Array(length));
    this.above = longer(this.above, new Uint8Array(length));
    this.left = longer(this.left, new Int32Array(length));
    this.right = longer(this.right, new Int32Array(length));
    this.priorities = longer(this.priorities, new Int32Array(length));
    this.sums = longer(this.sums, new Float64Array(length));
    this.highestBelow = longer(this.highestBelow, new Float64Array(length));
    this.lowestAbove = longer(this.lowestAbove, new Float64Array(length));
  }

  /** Puts the nodes that stand for something into a new tree, once they are the fewer. */
  private compact(): void {
    if (this.unused < COMPACT_FROM || this.unused * 2 < this.count) return;
    const nodes: { time: number; after: number; delta: number; uses: number; above: number }[] = [];
    for (let at = 1; at <= this.count; at += 1) {
      const uses = this.uses[at]!;
      if (uses === 0) continue;
      nodes.push({
        time: this.times[at]!,
        after: this.after[at]!,
        delta: this.deltas[at]!,
        uses,
        above: this.above[at]!,
      });
    }
    this.root = NONE;
    this.count = 0;
    this.unused = 0;
    for (const { time, after, delta, uses, above } of nodes) {
      this.root = this.put(this.root, time, after, delta, uses);
      if (above === 1) this.mark(this.root, time, true);
    }
  }
}

interface Search {
  readonly from: number;
  readonly to: number;
  readonly high: number;
  readonly low: number;
  readonly highStrict: boolean;
  readonly lowStrict: boolean;
  /** Moments up to this one were found already. */
  beyond: number;
  /** Level of the moment that was found. */
  level: number;
}

/** Whether a level of a moment not known to be above, or of one known to be, says otherwise. */
function crossing(highestBelow: number, lowestAbove: number, search: Search): boolean {
  const { high, low } = search;
  if (search.highStrict ? highestBelow > high : highestBelow >= high) return true;
  return search.lowStrict ? lowestAbove < low : lowestAbove <= low;
}
