/** What all correlations of a detector share: how far arrival has come, and how much is kept. */
export interface WindowClock {
  /** Greatest arrival seen; milliseconds. */
  now: number;
  /** Milliseconds. */
  readonly lateness: number;
  /** See `WindowLimits`. */
  readonly maxLate: number;
  groups: number;
  entries: number;
  /** How often late events were left out, because more than `maxLate` entries would have been visited for them. */
  lateSkipped: number;
}
