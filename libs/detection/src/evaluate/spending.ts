import { EVALUATION_LIMITS } from '../limits.js';

/** What comparing has cost, and whether it could be afforded. */
export class Spending {
  /** Bytes that the automaton of one expression may take. */
  automatonBytes: number = EVALUATION_LIMITS.automatonBytesMost;
  /** Units over all events. */
  total = 0;
  /** How often something was not compared because it costs too much. What depends on it is not known. */
  refusals = 0;
  private before = 0;

  /** Divides the bytes of all automata among so many expressions. */
  divide(expressions: number): void {
    const { automataBytes, automatonBytesLeast, automatonBytesMost } = EVALUATION_LIMITS;
    const share = Math.floor(automataBytes / Math.max(1, expressions));
    this.automatonBytes = Math.min(automatonBytesMost, Math.max(automatonBytesLeast, share));
  }

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
