import { AppError } from '@mcm/kernel';
import { Injectable } from '@nestjs/common';

/** Searches that run at a time in this process. Each holds a connection of the pool, which other calls need, too. */
const RUNNING = 4;
/** Searches that wait for a place. */
const WAITING = 40;

/** Lets few searches run at a time, in the order in which they came. */
@Injectable()
export class SearchPlaces {
  private free = RUNNING;
  private readonly queue: (() => void)[] = [];

  /**
   * Runs the work when there is a place.
   *
   * @throws AppError `SEARCH.BUSY` (`unavailable`) when too many wait already
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else if (this.queue.length < WAITING) await new Promise<void>((start) => this.queue.push(start));
    else {
      throw new AppError('unavailable', 'SEARCH.BUSY', 'Too many searches are running; try again.', {
        retryAfterSeconds: 2,
      });
    }
    try {
      return await work();
    } finally {
      const next = this.queue.shift();
      if (next === undefined) this.free++;
      else next();
    }
  }
}
