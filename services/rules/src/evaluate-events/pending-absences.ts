import type { Detection } from '@mcm/detection';

/** What was found missing and is not written yet, and how far everything that was found missing has been written. */
export class PendingAbsences {
  /** Arrival time up to which everything that was found missing has become findings; undefined before the first event. */
  settledTo: number | undefined;
  /** What was found when another process advanced event time. That process may have died before it wrote it. */
  private pending: readonly Detection[] = [];
  /** Whether {@link settle} failed: what it was given has to be found again. */
  private unsettled = false;

  /** @param write stores findings; answers how many are new */
  constructor(private readonly write: (detections: readonly Detection[]) => Promise<number>) {}

  /** Whether the windows have to name again what they found missing since {@link settledTo}. */
  get isUnsettled(): boolean {
    return this.unsettled;
  }

  /** Keeps what was found until it is written. */
  add(detections: readonly Detection[]): void {
    if (detections.length > 0) this.pending = [...this.pending, ...detections];
  }

  /** Writes what is pending; it stays pending when that fails. */
  async flush(): Promise<void> {
    if (this.pending.length > 0) await this.settlePending([]);
  }

  /**
   * Writes what is pending, together with all that the windows found missing from {@link settledTo} up to a time. Nothing
   * of the latter is kept when that fails, because it can be named again.
   *
   * @returns how many findings are new
   */
  async settle(detections: readonly Detection[], upTo: number): Promise<number> {
    this.unsettled = true;
    const created = await this.settlePending(detections);
    this.unsettled = false;
    this.settledTo = upTo;
    return created;
  }

  /** Notes that evaluation came to this time, and that what it found missing on the way is written. */
  passed(upTo: number): void {
    if (!this.unsettled) this.settledTo = upTo;
  }

  private async settlePending(more: readonly Detection[]): Promise<number> {
    const all = [...this.pending, ...more];
    const created = all.length === 0 ? 0 : await this.write(all);
    this.pending = [];
    return created;
  }
}
