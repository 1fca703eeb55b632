/** Milliseconds for which a count of the store is trusted while publishing goes on. */
const FRESH_MS = 1_000;
/** Least milliseconds between two counts when the limit seems reached. */
const RECOUNT_MS = 100;

/**
 * How many messages wait for a consumer, as far as this process knows: the last count of the store, plus and minus
 * what happened here since. Other processes are noticed with the next count; after a restart the store is asked.
 */
export class Backlog {
  private known = 0;
  private countedAt = Number.NEGATIVE_INFINITY;
  private counting: Promise<number> | undefined;

  constructor(
    private readonly limit: number,
    private readonly count: () => Promise<number>,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /** Messages stored or acknowledged here; negative for the latter. */
  add(messages: number): void {
    this.known = Math.max(0, this.known + messages);
  }

  /** Whether there may be no room. */
  seemsFull(): boolean {
    return this.estimate() >= this.limit;
  }

  /** Messages that wait or are being handled, as far as is known. Has the store counted when that is old knowledge. */
  estimate(): number {
    if (performance.now() - this.countedAt > FRESH_MS) this.recount().catch(this.onFault);
    return this.known;
  }

  /** The lag that stands against publishing, or null when there is room after all; asks the store. */
  async full(): Promise<number | null> {
    if (performance.now() - this.countedAt > RECOUNT_MS) await this.recount();
    return this.known < this.limit ? null : this.known;
  }

  /** Counts what the store holds now. */
  recount(): Promise<number> {
    this.counting ??= this.count()
      .then((counted) => {
        this.known = counted;
        return counted;
      })
      .finally(() => {
        this.countedAt = performance.now();
        this.counting = undefined;
      });
    return this.counting;
  }
}
