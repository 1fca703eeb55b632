import { setImmediate as afterInput } from 'node:timers/promises';

/** What all bodies together may take of the event loop before everything else has its turn, in milliseconds. */
const TURN_MS = 8;

/**
 * Shares the event loop between the reading of bodies and everything else in the process. All bodies together have one
 * turn between two polls at the network: many of them at a time must not add up to a process that does not answer.
 */
export class Turns {
  private began = 0;
  private counting = false;
  private last: Promise<unknown> = Promise.resolve();

  /** Whether the turn is used up: a caller with more to do waits for {@link next}. */
  over(): boolean {
    const now = performance.now();
    if (!this.counting) this.begin(now);
    return now - this.began > TURN_MS;
  }

  /** Resolves in a turn of its own; callers are served in order. */
  next(): Promise<void> {
    const turn = this.last.then(() => afterInput()).then(() => this.begin(performance.now()));
    this.last = turn;
    return turn;
  }

  private begin(now: number): void {
    this.began = now;
    this.counting = true;
    setImmediate(() => (this.counting = false));
  }
}
