/** Where a part that works in the background says what went wrong; a pino logger is one. */
export interface FaultLog {
  warn(context: object, message: string): void;
  error(context: object, message: string): void;
}

const QUIET_MS = 5_000;

/**
 * Passes faults on, but the same one at most every five seconds: while a database is away, every worker notices
 * many times a second.
 */
export class FaultReporter {
  private readonly last = new Map<string, { at: number; held: number }>();

  constructor(private readonly log: FaultLog) {}

  report(place: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const key = `${place}\n${message}`;
    const now = Date.now();
    const seen = this.last.get(key);
    if (seen !== undefined && now - seen.at < QUIET_MS) {
      seen.held += 1;
      return;
    }
    if (this.last.size > 1_000) this.last.clear();
    this.last.set(key, { at: now, held: 0 });
    this.log.error({ err: error, place, repeated: seen?.held ?? 0 }, `${place}: ${message}`);
  }
}
