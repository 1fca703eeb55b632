import type { DataSource, EntityManager } from 'typeorm';
import { withConflictRetry } from './conflict-retry.js';

/**
 * Runs `work` in one transaction, again when the server undid it because of a concurrent one.
 *
 * @throws AppError `unavailable` while the database cannot be reached; what `work` throws
 */
export function inTransaction<T>(
  database: DataSource,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  return withConflictRetry(() => database.transaction(work));
}
