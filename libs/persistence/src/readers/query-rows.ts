import type { DataSource } from 'typeorm';
import { databaseError } from '../database-errors.js';

/**
 * Runs a query.
 *
 * @throws AppError `unavailable` while the database cannot be reached
 */
export async function queryRows<T>(
  dataSource: DataSource,
  sql: string,
  parameters: unknown[] = [],
): Promise<T[]> {
  try {
    return await dataSource.query<T[]>(sql, parameters);
  } catch (error) {
    throw databaseError(error);
  }
}
