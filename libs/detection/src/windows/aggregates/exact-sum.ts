/**
 * A sum of floating point numbers without rounding (Shewchuk's expansions), so that the order in which numbers are
 * added and taken away again never shows in the result.
 */
export class ExactSum {
  private partials: number[] = [];

  add(value: number): void {
    const next: number[] = [];
    let x = value;
    for (let y of this.partials) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y;
      const low = y - (high - x);
      if (low !== 0) next.push(low);
      x = high;
    }
    if (x !== 0) next.push(x);
    this.partials = next;
  }

  /** The sum, rounded once. */
  get value(): number {
    let sum = 0;
    for (const partial of this.partials) sum += partial;
    return sum;
  }
}
