/**
 * Gives out turns within this process, at most so many at a time, in order. A turn that ends is passed on immediately,
 * without asking the database that decides over all processes who is next.
 */
export class Turns {
  private taken = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly most: number) {}

  /** Resolves when it is the caller's turn, with the function that ends it; rejects with the signal's reason. */
  async next(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.taken < this.most) this.taken += 1;
    else await this.queue(signal);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.pass();
    };
  }

  private queue(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const stop = () => {
        this.waiting.splice(this.waiting.indexOf(begin), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', stop, { once: true });
      this.waiting.push(begin);
    });
  }

  /** The place goes to the next waiter; without one it is free. */
  private pass(): void {
    const begin = this.waiting.shift();
    if (begin) begin();
    else this.taken -= 1;
  }
}
