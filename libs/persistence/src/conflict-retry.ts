import { setTimeout as delay } from 'node:timers/promises';
import { AppError, messageOf } from '@mcm/kernel';
import { databaseError, isTransactionConflict } from './database-errors.js';

const MAX_TRIES = 12;
const FIRST_DELAY_MS = 10;
const LONGEST_DELAY_MS = 500;

/**
 * Runs a whole transaction, again when the server undid it because of a concurrent one (deadlock, serialization
 * failure), and translates what it throws for good. The delay grows and is random, so that two that got in each other's
 * way do not do so again.
 *
 * @param transaction is told whether it runs again: then it may wait for others that run again, too
 * @param lostRace tells further errors that another transaction caused by being faster
 */
export async function withConflictRetry<T>(
  transaction: (again: boolean) => Promise<T>,
  lostRace: (error: unknown) => boolean = () => false,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await transaction(tries > 1);
    } catch (error) {
      const lost = lostRace(error);
      if (!lost && !isTransactionConflict(error)) throw databaseError(error);
      if (tries === MAX_TRIES) throw lost ? alwaysTooLate(error) : databaseError(error);
      await delay(Math.random() * Math.min(FIRST_DELAY_MS * 2 ** tries, LONGEST_DELAY_MS));
    }
  }
}

/** Says nothing about the values: the same call may work later. */
function alwaysTooLate(cause: unknown): AppError {
  return new AppError(
    'unavailable',
    'PERSISTENCE.CONFLICT',
    `Another transaction was faster ${MAX_TRIES} times: ${messageOf(cause)}`,
    { cause },
  );
}
