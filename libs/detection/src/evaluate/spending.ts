import { EVALUATION_LIMITS } from '../limits.js';

/** What comparing has cost, and whether it could be afforded. */
export class Spending {
  /** Units over all events. */
  total = 0;
  /** How often something was not compared because it costs too much. What depends on it is not known. */
  refusals = 0;
  private before = 0;

  /** Begins with the next event. */
  nextEvent(): void {
    this.before = this.total;
  }

  /** Units left for the present event. */
  get left(): number {
    return EVALUATION_LIMITS.eventUnits - (this.total - this.before);
  }

  /** Counts a comparison; false when the event has no budget for it, and it must be left out. */
  afford(units: number): boolean {
    if (units > this.left) {
      this.refusals += 1;
      return false;
    }
    this.total += units;
    return true;
  }
}
