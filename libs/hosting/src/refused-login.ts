import { AppError, messageOf } from '@mcm/kernel';

/** SQLSTATE class 28: PostgreSQL does not let this user in. */
const REFUSED_LOGIN = /^28/;
/** What `pg` says, without a code, when PostgreSQL asks for a password and there is none. */
const NO_PASSWORD = /password must be a string/;
/** Redis to a client with a wrong password, and to one without. */
const REFUSED_BY_REDIS = /\b(WRONGPASS|NOAUTH)\b/;

const COMPARE =
  'Waiting does not help: compare the password with that of the server (docs/operations.md, "Change a password").';

/** True for what PostgreSQL, or its client, says when user or password are refused. */
export function isRefusedLogin(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return (
    (typeof code === 'string' && code.length === 5 && REFUSED_LOGIN.test(code)) ||
    NO_PASSWORD.test(messageOf(error))
  );
}

/** `HOST.DATABASE_REFUSED`, of a kind that is not waited for: a password does not become right by itself. */
export function refusedLogin(error: unknown): AppError {
  return new AppError(
    'invalid',
    'HOST.DATABASE_REFUSED',
    `The PostgreSQL that DATABASE_URL names does not let us in: ${messageOf(error)}. A database keeps the password that ` +
      `it was made with, whatever POSTGRES_PASSWORD says later. ${COMPARE}`,
    { cause: error },
  );
}

/** Throws `HOST.REDIS_REFUSED` in place of a failure to open that comes from the password; any other as it is. */
export async function unlessRefusedByRedis<T>(opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    if (!REFUSED_BY_REDIS.test(messageOf(error))) throw error;
    throw new AppError(
      'invalid',
      'HOST.REDIS_REFUSED',
      `The Redis that REDIS_URL names does not let us in: ${messageOf(error)}. ${COMPARE}`,
      { cause: error },
    );
  }
}
