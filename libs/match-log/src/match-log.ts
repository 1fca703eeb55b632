/** What an {@link MatchLog.exchange} gave. */
export interface Exchange {
  /** What other replicas appended since the last answer and before what was given now, oldest first. */
  others: readonly string[];
  /**
   * Something that others appended can no longer be read: at the first call, after falling far behind, and when the log
   * lost its memory. What they appended up to now must come from elsewhere; from here on nothing is missing again.
   */
  missed: boolean;
  /** False when there was more to read than one answer holds: nothing was appended, call again. */
  done: boolean;
}

/** How full a log is. */
export interface MatchLogStatus {
  /** Batches that can still be read. */
  batches: number;
  /** Of these, the ones that this handle has yet to read; all of them when it has missed something. */
  behind: number;
  /** Their size, and the size above which the oldest go. */
  bytes: number;
  maxBytes: number;
  /** Memory of the server that keeps the log, in bytes; a limit of 0 is none. Null when it is this process. */
  server: { usedMemory: number; maxMemory: number } | null;
}

/**
 * The order in which replicas of the rules service apply what their rules matched. Each replica keeps all windows in
 * its memory; what it matched in a batch it appends here before it evaluates its windows, and gets what the others appended before.
 * All apply the same in the same order, so all windows are the same, and each finds with its batches what a single
 * replica would find that got the batches of all in this order (docs/adr/0016). What every driver promises:
 *
 * - All handles of a log, in whatever processes, see what is appended in one order; what a handle appends has its place
 *   behind everything in `others` of the same call. Nothing that a handle has appended comes back to it, except after a
 *   call that failed: then it may come back as if it were of another, and applying it again must do no harm.
 * - A log has a size. The oldest batches go when it is full, also unread ones: `missed` reports it.
 * - Calls of one handle follow each other, also when they are made concurrently.
 * - When the log cannot be reached, calls reject with `MATCH_LOG.UNAVAILABLE` (kind `unavailable`) in time.
 */
export interface MatchLog {
  /**
   * Appends what this replica matched, and reads on.
   *
   * @param own makes the text to append; called at most once, and not at all where no other handle would read it. Left out: only
   *   reads
   */
  exchange(own?: () => string): Promise<Exchange>;
  status(): Promise<MatchLogStatus>;
  /** Frees the handle; the log stays. */
  close(): Promise<void>;
}
export const MATCH_LOG = Symbol('MatchLog');

/** Default of the size above which the oldest batches go; about half a minute at 20,000 events per second. */
export const DEFAULT_LOG_BYTES = 64 * 1024 * 1024;
