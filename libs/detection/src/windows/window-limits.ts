/** Bounds on what a detector remembers. When one is reached, it is counted; of groups and entries those that were quiet longest go first. */
export interface WindowLimits {
  /** Groups of all correlations together. */
  maxGroups: number;
  /** Entries of all correlations together. */
  maxEntries: number;
  /**
   * Entries of one group that may be visited for the late events of a batch, by one correlation. Where more would be,
   * the windows that the late events lie in are not measured again; the events count in windows that are measured later.
   */
  maxLate: number;
}

export const DEFAULT_WINDOW_LIMITS: WindowLimits = {
  maxGroups: 500_000,
  maxEntries: 5_000_000,
  maxLate: 100_000,
};
