import type { Detection, Detector, MatchedEvents } from '@mcm/detection';
import { messageOf } from '@mcm/kernel';
import type { MatchLog } from '@mcm/match-log';
import type { Logger } from '@mcm/platform';

/** Arrival times, both ends included; milliseconds since 1970-01-01T00:00:00Z. */
export interface ArrivalRange {
  since: number;
  until: number;
}

/**
 * The place of this process in the order of matches that all replicas share (docs/adr/0016). Not for concurrent calls.
 */
export class SharedOrder {
  /** Batches of others that were taken in. */
  taken = 0;
  private complete = false;
  /** What the windows of a detector lack, because others went by other rules. */
  private readonly lacks = new Map<Detector, ArrivalRange>();

  constructor(
    private readonly log: MatchLog,
    private readonly logger: Logger,
  ) {}

  /**
   * False when something others matched could not be had, as at first: all that was shared before the last
   * {@link place} has to come from stored events, and then {@link restored}.
   */
  get isComplete(): boolean {
    return this.complete;
  }

  restored(): void {
    this.complete = true;
  }

  /**
   * Puts what was matched here behind all that others have shared, and lets these matches into the windows of detectors.
   *
   * @param own left out: only takes in
   * @returns what the first detector finds missing because another process let time pass
   * @throws AppError `MATCH_LOG.UNAVAILABLE`; then nothing is lost, and placing the same again does no harm
   */
  async place(own: MatchedEvents | undefined, detectors: readonly Detector[]): Promise<Detection[]> {
    const missing: Detection[] = [];
    for (;;) {
      const { others, missed, done } = await this.log.exchange(own && (() => own.encode()));
      if (missed) this.complete = false;
      for (const text of others) {
        for (const [i, detector] of detectors.entries()) {
          const found = this.apply(text, detector);
          if (i === 0) missing.push(...found);
        }
      }
      this.taken += others.length;
      if (done) return missing;
    }
  }

  /** The arrival of events that the windows of a detector lack until they are absorbed; asked for once. */
  lackOf(detector: Detector): ArrivalRange | undefined {
    const lack = this.lacks.get(detector);
    this.lacks.delete(detector);
    return lack;
  }

  /** A detector lacks more than was known, as when what it lacks could not be read. */
  lacking(detector: Detector, range: ArrivalRange): void {
    const before = this.lacks.get(detector) ?? range;
    this.lacks.set(detector, {
      since: Math.min(before.since, range.since),
      until: Math.max(before.until, range.until),
    });
  }

  /** Forgets a detector that is not used any more. */
  forget(detector: Detector): void {
    this.lacks.delete(detector);
  }

  private apply(text: string, detector: Detector): Detection[] {
    try {
      const { unknown, missing } = detector.applyMatches(text);
      if (unknown !== undefined) this.lacking(detector, unknown);
      return missing;
    } catch (error) {
      // The log does not give it again, but all that was matched is stored.
      this.complete = false;
      this.logger.error(
        { err: error },
        `Matches of another process are unreadable, windows are rebuilt from stored events: ${messageOf(error)}`,
      );
      return [];
    }
  }
}
