import type { AppError } from './app-error.js';

/** Lets few pieces of work run at a time, in the order in which they came, and refuses those that too many wait before. */
export class Places {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  /**
   * @param atATime pieces of work that run at a time
   * @param waitingMax pieces of work that may wait
   * @param refusal of those beyond
   */
  constructor(
    atATime: number,
    private readonly waitingMax: number,
    private readonly refusal: () => AppError,
  ) {
    this.free = atATime;
  }

  /** Runs the work when there is a place; throws the refusal when too many wait already. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else if (this.waiting.length < this.waitingMax)
      await new Promise<void>((start) => this.waiting.push(start));
    else throw this.refusal();
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}
