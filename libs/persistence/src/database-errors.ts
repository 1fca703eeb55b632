import { AppError, type ErrorKind, messageOf } from '@mcm/kernel';
import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';

/** What a caller can do about an SQLSTATE, by its class (first two characters); PostgreSQL manual, appendix A. */
const KIND_BY_CLASS: Readonly<Record<string, readonly [ErrorKind, code: string, sentence: string]>> = {
  '08': ['unavailable', 'PERSISTENCE.UNAVAILABLE', 'The connection to the database failed'],
  '22': ['invalid', 'PERSISTENCE.UNSTORABLE', 'The database cannot hold a value'],
  '23': ['invalid', 'PERSISTENCE.UNSTORABLE', 'The database refuses a value'],
  '25': ['unavailable', 'PERSISTENCE.UNAVAILABLE', 'The database ended the transaction'],
  // A password that was changed while we run: until it is the right one again, or we are started with the new one.
  '28': ['unavailable', 'PERSISTENCE.UNAVAILABLE', 'The database does not let us in'],
  '40': ['unavailable', 'PERSISTENCE.CONFLICT', 'Another transaction was in the way'],
  '53': ['unavailable', 'PERSISTENCE.UNAVAILABLE', 'The database is out of resources'],
  '54': ['invalid', 'PERSISTENCE.UNSTORABLE', 'A value is beyond a limit of the database'],
  '55': ['unavailable', 'PERSISTENCE.CONFLICT', 'A lock was not free in time'],
  '57': ['unavailable', 'PERSISTENCE.UNAVAILABLE', 'The database broke off the statement'],
  '58': ['unavailable', 'PERSISTENCE.UNAVAILABLE', 'The machine of the database failed'],
};

/** Deadlock and serialization failure: the server rolled back so that the same transaction can simply run again. */
const CONFLICTS: ReadonlySet<string> = new Set(['40P01', '40001']);

const UNIQUE_VIOLATION = '23505';

/** Errors of the socket, as Node names them. */
const SOCKET_CODES = /^E(CONN|PIPE|TIMEDOUT|HOST|NET|AI_AGAIN|NOTFOUND)/;
/** What `pg` says when a connection goes away or cannot be had; it has no codes for these. */
const LOST_CONNECTION =
  /Connection terminated|connection error|timeout exceeded when trying to connect|Client was closed/i;

/** The error of the driver under whatever the object mapper put around it. */
function driverError(error: unknown): unknown {
  return error instanceof QueryFailedError ? error.driverError : error;
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** True when the server undid a transaction only because of others that ran beside it. */
export function isTransactionConflict(error: unknown): boolean {
  return CONFLICTS.has(codeOf(driverError(error)) ?? '');
}

/** True when a row was refused because another has the same key under this constraint, or one whose name matches. */
export function isUniqueViolation(error: unknown, constraint: string | RegExp): boolean {
  const cause = driverError(error);
  if (codeOf(cause) !== UNIQUE_VIOLATION) return false;
  const { constraint: violated } = cause as { constraint?: unknown };
  return typeof constraint === 'string' ? violated === constraint : constraint.test(String(violated));
}

/**
 * The one table between database and {@link AppError}: `invalid` when the values can never be stored, `unavailable`
 * when the same call may work later, anything else as it was. The parameters of the statement are left behind: they
 * hold the events of users.
 */
export function databaseError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const cause = driverError(error);
  const code = codeOf(cause);
  const known =
    code !== undefined && /^[0-9A-Z]{5}$/.test(code) ? KIND_BY_CLASS[code.slice(0, 2)] : undefined;
  if (known !== undefined) {
    const [kind, appCode, sentence] = known;
    return new AppError(kind, appCode, `${sentence}: ${messageOf(cause)} (SQLSTATE ${code})`, { cause });
  }
  const lost =
    error instanceof QueryRunnerAlreadyReleasedError ||
    (code !== undefined && SOCKET_CODES.test(code)) ||
    LOST_CONNECTION.test(messageOf(cause));
  if (lost) {
    return new AppError(
      'unavailable',
      'PERSISTENCE.UNAVAILABLE',
      `The database cannot be reached: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  }
  return cause;
}
