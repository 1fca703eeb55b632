/** Where a part that works in the background says what went wrong; a pino logger is one. */
export interface FaultLog {
  warn(context: object, message: string): void;
  error(context: object, message: string): void;
}

const SHORTEST_QUIET_MS = 5_000;
const LONGEST_QUIET_MS = 5 * 60_000;

/** A fault that was passed on. */
interface Passed {
  /** When it was passed on, and when it came last; milliseconds since 1970. */
  at: number;
  last: number;
  /** For how long it is held back now. */
  quietMs: number;
  held: number;
}

/**
 * Passes faults on, but the same one at growing distances, from five seconds to five minutes: while a database is away,
 * every worker notices many times a second. Only the first time it has its stack. A fault that did not come for as long
 * as it was held back is a new one.
 */
export class FaultReporter {
  private readonly passed = new Map<string, Passed>();

  constructor(private readonly log: FaultLog) {}

  report(place: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const key = `${place}\n${message}`;
    const now = Date.now();
    const seen = this.passed.get(key);
    if (seen !== undefined && now - seen.at < seen.quietMs) {
      seen.held += 1;
      seen.last = now;
      return;
    }
    const again = seen !== undefined && now - seen.last < seen.quietMs;
    const quietMs = again ? Math.min(2 * seen.quietMs, LONGEST_QUIET_MS) : SHORTEST_QUIET_MS;
    if (this.passed.size > 1_000) this.passed.clear();
    this.passed.set(key, { at: now, last: now, quietMs, held: 0 });
    const context = { place, repeated: seen?.held ?? 0 };
    this.log.error(again ? context : { ...context, err: error }, `${place}: ${message}`);
  }
}
