import { AppError, messageOf } from '@mcm/kernel';

/** User and password of a URL: characters that have a meaning in URLs are percent-encoded there. */
const USERINFO = String.raw`(?:(?:[^\s/?#@%]|%[0-9A-Fa-f]{2})*@)?`;

/** Addresses of servers, as strict as a URL is: a password with an `@` in it would lead to another host. */
export const DATABASE_ADDRESS = new RegExp(
  String.raw`^postgres(?:ql)?://${USERINFO}[^\s/?#@]+/[^\s/?#@]+(?:\?\S*)?$`,
);
export const NATS_ADDRESS = new RegExp(String.raw`^(?:nats|tls)://${USERINFO}[^\s/?#@]+$`);
export const REDIS_ADDRESS = new RegExp(String.raw`^rediss?://${USERINFO}[^\s/?#@]+(?:[/?][^\s@#]*)?$`);

/** How a password gets into an address that may not hold it as it is; `setting` takes it without an encoding. */
export const passwordHint = (setting: string): string =>
  `a password with other characters than letters and digits stands in ${setting}, or percent-encoded in the address`;

/** The address with this password in the place of its own; as it is when there is none. */
export function withPassword(address: string, password: string): string {
  if (password === '') return address;
  const url = new URL(address);
  url.password = encodeURIComponent(password);
  return url.href;
}

/** SQLSTATE class 28: PostgreSQL does not let this user in. */
const REFUSED_LOGIN = /^28/;
/** What `pg` says, without a code, when PostgreSQL asks for a password and there is none. */
const NO_PASSWORD = /password must be a string/;
/** Redis to a client with a wrong password, and to one without. */
const REFUSED_BY_REDIS = /\b(WRONGPASS|NOAUTH)\b/;

const KEPT_PASSWORD =
  'Waiting does not help: compare the password with that of the server (docs/operations.md, "Change a password").';

/** True for what PostgreSQL, or its client, says when user and password do not open the door. */
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
      `it was made with, whatever POSTGRES_PASSWORD says later. ${KEPT_PASSWORD}`,
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
      `The Redis that REDIS_URL names does not let us in: ${messageOf(error)}. ${KEPT_PASSWORD}`,
      { cause: error },
    );
  }
}
