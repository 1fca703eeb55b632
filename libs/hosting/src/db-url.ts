import { AppError } from '@mcm/kernel';
import { isSecretSet } from '@mcm/platform';

/** An address of PostgreSQL as SQLAlchemy writes it, perhaps with the name of a Python driver. */
const POSTGRESQL = /^postgres(?:ql)?(?:\+\w+)?:\/\//;

/**
 * Takes `DB_URL`, the name of this setting in earlier versions, for `DATABASE_URL` where that is not set.
 *
 * @param env is changed
 * @throws AppError `CONFIG.INVALID` when it is no address of PostgreSQL
 */
export function takeDbUrl(env: NodeJS.ProcessEnv): void {
  const given = env['DB_URL'];
  if (!given || isSecretSet(env, 'DATABASE_URL')) return;
  if (!POSTGRESQL.test(given)) {
    const detail =
      'is not an address of PostgreSQL, and SQLite is not used any more. Remove it: PostgreSQL comes along. ' +
      'Or set DATABASE_URL to postgres://user:password@host:5432/database';
    throw new AppError('invalid', 'CONFIG.INVALID', `The configuration is not valid: DB_URL ${detail}`, {
      errors: [{ pointer: 'DB_URL', detail }],
    });
  }
  env['DATABASE_URL'] = given.replace(POSTGRESQL, 'postgres://');
}
