/**
 * Cuts a batch into stretches to be evaluated one after the other. Evaluation forgets what arrived too long ago: a batch that
 * arrived over a longer time than what is allowed to be late (a backlog, or stored events) would have its own beginning
 * forgotten before it was looked at. Where it is cut depends on the batch alone, so that every detector that applies it cuts alike.
 */
export class ArrivalStretch {
  /** Earliest arrival in the present stretch; milliseconds, Infinity at its beginning. */
  since = Infinity;
  /** Latest arrival in all stretches; -Infinity at first. */
  latest = -Infinity;
  /** Where arrival time stood at the beginning of the stretch. */
  private begun = Infinity;

  constructor(private readonly lateness: number) {}

  /** Whether an event with this arrival begins another stretch; NaN for an unknown one. */
  endsBefore(arrival: number): boolean {
    return arrival > this.begun + this.lateness;
  }

  add(arrival: number): void {
    if (arrival > this.latest) this.latest = arrival;
    if (this.latest < this.begun) this.begun = this.latest;
    if (arrival < this.since) this.since = arrival;
  }

  restart(): void {
    this.since = Infinity;
    this.begun = Infinity;
  }
}
