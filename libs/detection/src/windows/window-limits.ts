/** Bounds on what a detector remembers. When one bites, what has been quiet longest goes first, and is counted. */
export interface WindowLimits {
  /** Groups of all correlations together. */
  maxGroups: number;
  /** Entries of all correlations together. */
  maxEntries: number;
}

export const DEFAULT_WINDOW_LIMITS: WindowLimits = { maxGroups: 500_000, maxEntries: 5_000_000 };
