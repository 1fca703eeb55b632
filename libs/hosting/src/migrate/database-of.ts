import type { DataSource } from '@mcm/persistence';
import { loadConfig } from '@mcm/platform';
import { openDatabase } from '../open-database.js';
import { MigrateConfig } from './migrate.config.js';

/**
 * Connects a command to the PostgreSQL of DATABASE_URL, with one connection at a time.
 *
 * @param applicationName shown by PostgreSQL in `pg_stat_activity`
 * @throws AppError `CONFIG.INVALID`, `HOST.DATABASE_UNREACHABLE`, `HOST.DATABASE_REFUSED`
 */
export function openDatabaseOf(env: NodeJS.ProcessEnv, applicationName: string): Promise<DataSource> {
  const { databaseAddress } = loadConfig(MigrateConfig, env);
  return openDatabase({ url: databaseAddress, applicationName, poolSize: 1 });
}
