import { AppError, messageOf } from '@mcm/kernel';
import { createDataSource, type DataSource, databaseError, type DataSourceSettings } from '@mcm/persistence';
import { isRefusedLogin, refusedLogin } from './refused-login.js';

/**
 * A pool of connections that was seen to work.
 *
 * @throws AppError `HOST.DATABASE_UNREACHABLE` and `HOST.DATABASE_REFUSED`
 */
export async function openDatabase(
  settings: DataSourceSettings,
  name = 'PostgreSQL that DATABASE_URL names',
): Promise<DataSource> {
  try {
    return await createDataSource(settings).initialize();
  } catch (error) {
    if (isRefusedLogin(error)) throw refusedLogin(error);
    throw new AppError(
      'unavailable',
      'HOST.DATABASE_UNREACHABLE',
      `The ${name} cannot be used: ${messageOf(databaseError(error))}`,
      { cause: error },
    );
  }
}
