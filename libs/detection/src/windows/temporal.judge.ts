import type { JudgedEntry } from './entry-columns.js';
import type { Judge } from './judge.js';

/** temporal: how many of the referred rules have matched within the window. */
export class TemporalJudge implements Judge {
  readonly addsAnywhere = true;
  readonly removesAnywhere = false;
  /** For each rule the latest start among its entries so far. */
  private readonly latest: number[];

  constructor(
    rules: number,
    private readonly needed: number,
  ) {
    this.latest = new Array<number>(rules).fill(-Infinity);
  }

  add({ mask, start }: JudgedEntry): void {
    for (let rest = mask, rule = 0; rest !== 0; rest >>>= 1, rule += 1) {
      if ((rest & 1) === 1 && start > this.latest[rule]!) this.latest[rule] = start;
    }
  }

  addBits(entry: JudgedEntry): boolean {
    this.add(entry);
    return true;
  }

  remove(): void {
    // Only the latest start of each rule counts; it is compared with the window's begin when measured.
  }

  measure(from: number): number {
    let count = 0;
    for (const start of this.latest) if (start >= from) count += 1;
    return count;
  }

  tightest(): number {
    return [...this.latest].sort((a, b) => b - a)[Math.min(this.needed, this.latest.length) - 1]!;
  }
}
