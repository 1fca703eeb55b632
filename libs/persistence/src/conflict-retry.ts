import { setTimeout as delay } from 'node:timers/promises';
import { databaseError, isTransactionConflict } from './database-errors.js';

const MAX_TRIES = 6;
const FIRST_DELAY_MS = 10;

/**
 * Runs a whole transaction, again when the server undid it because of a concurrent one (deadlock, serialization
 * failure), and translates what it throws for good. The delay grows and is random, so that two that got in each other's
 * way do not do so again.
 */
export async function withConflictRetry<T>(transaction: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (!isTransactionConflict(error) || tries === MAX_TRIES) throw databaseError(error);
      await delay(Math.random() * FIRST_DELAY_MS * 2 ** tries);
    }
  }
}
