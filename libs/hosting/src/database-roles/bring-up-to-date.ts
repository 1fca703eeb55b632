import { type ApplicationLogin, type DataSource, grantApplication, migrate } from '@mcm/persistence';

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
  tables: () => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
  const migrations = await migrate(owner);
  await tables();
  await grantApplication(owner, login);
  return migrations;
}
