import { AppError, Places } from '@mcm/kernel';
import { Injectable } from '@nestjs/common';

/** Searches that run at a time in this process. Each holds a connection of the pool, which other calls need, too. */
const RUNNING = 4;
/** Searches that wait for a place. */
const WAITING = 40;

/** Lets few searches run at a time; `run` throws `SEARCH.BUSY` (`unavailable`) when too many wait already. */
@Injectable()
export class SearchPlaces extends Places {
  constructor() {
    super(
      RUNNING,
      WAITING,
      () =>
        new AppError('unavailable', 'SEARCH.BUSY', 'Too many searches are running; try again.', {
          retryAfterSeconds: 2,
        }),
    );
  }
}
