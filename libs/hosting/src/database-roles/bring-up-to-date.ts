import { type ApplicationLogin, type DataSource, grantApplication, migrate } from '@mcm/persistence';
import type { Logger } from '@mcm/platform';

/**
 * Brings the schema up to date as the owner of the database, then grants services what they need of it.
 *
 * @param tables creates further tables, to be granted too
 * @returns the names of the migrations that ran
 * @throws AppError when a migration fails, or the login of the services cannot be created
 */
export async function bringUpToDate(
  owner: DataSource,
  login: ApplicationLogin | null,
  logger: Logger,
  tables: () => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
  const migrations = await migrate(owner);
  await tables();
  const refusal = await grantApplication(owner, login);
  if (refusal !== null) {
    logger.warn(`${refusal} Services can log in as the owner alone (docs/operations.md, "Database roles").`);
  }
  return migrations;
}
