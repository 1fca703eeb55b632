import type { Spending } from './evaluate/spending.js';

/** Units of `EVALUATION_LIMITS` between two looks at the clock; without expressions there is none. */
const LOOK_UNITS = 250_000;

/**
 * How long a detector may be busy at a stretch. When expressions make it longer, it leaves the rest of the events, so that
 * the process can do something else first; the caller hands in the rest then.
 */
export class Turn {
  /** How many of the events were taken. */
  taken = 0;
  private begun = 0;
  private looked = 0;

  constructor(private readonly milliseconds: number) {}

  /** @internal */
  begin(spending: Spending): void {
    this.begun = performance.now();
    this.looked = spending.total;
  }

  /** @internal */
  isOver(spending: Spending): boolean {
    if (spending.total - this.looked < LOOK_UNITS) return false;
    this.looked = spending.total;
    return performance.now() - this.begun >= this.milliseconds;
  }
}
