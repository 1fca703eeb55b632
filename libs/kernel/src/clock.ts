/** Where "now" comes from, so that tests can set it. Milliseconds since 1970-01-01T00:00:00Z. */
export interface Clock {
  now(): number;
  /**
   * For a clock that follows another machine's: milliseconds by which the wall clock of this machine is ahead of that one,
   * negative when it is behind.
   */
  readonly skewMs?: number;
}

/** The clock of the machine. */
export const systemClock: Clock = { now: () => Date.now() };
