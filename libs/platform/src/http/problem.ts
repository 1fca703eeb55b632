import { AppError, type ErrorDetail, type ErrorKind } from '@mcm/kernel';

/** The body of an error answer, RFC 9457 with our extensions `code`, `request_id` and `errors`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** The path that was asked for. */
  instance?: string;
  /** Stable, `AREA.REASON`. */
  code: string;
  request_id?: string;
  errors?: readonly ErrorDetail[];
}

/** The one table from the kinds of our errors to HTTP. */
const HTTP: Record<ErrorKind, { status: number; title: string }> = {
  invalid: { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'The sender has not shown who it is' },
  'not-found': { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'The request contradicts the present state' },
  'too-large': { status: 413, title: 'The request is too large' },
  unsupported: { status: 415, title: 'The content type is not supported' },
  forbidden: { status: 403, title: 'Not allowed' },
  misdirected: { status: 421, title: 'The request is meant for another server' },
  'too-many': { status: 429, title: 'Too many requests' },
  unavailable: { status: 503, title: 'Try again later' },
  internal: { status: 500, title: 'Something went wrong on our side' },
};

/** Titles for statuses that a framework raises without one of our kinds. */
const TITLES: Record<number, string> = {
  400: HTTP.invalid.title,
  401: HTTP.unauthenticated.title,
  403: HTTP.forbidden.title,
  404: HTTP['not-found'].title,
  405: 'The method is not allowed here',
  406: 'No acceptable representation',
  408: 'The request took too long',
  409: HTTP.conflict.title,
  413: HTTP['too-large'].title,
  415: HTTP.unsupported.title,
  422: 'The content cannot be processed',
  429: HTTP['too-many'].title,
  500: HTTP.internal.title,
  503: HTTP.unavailable.title,
};

/** Everything an edge needs to answer with an error. */
export interface ProblemAnswer {
  problem: Problem;
  retryAfterSeconds?: number;
}

function problem(status: number, code: string, detail: string, errors: readonly ErrorDetail[] = []): Problem {
  return {
    type: 'about:blank',
    title: TITLES[status] ?? 'Error',
    status,
    detail,
    code,
    ...(errors.length > 0 ? { errors } : {}),
  };
}

interface StatusError {
  statusCode?: unknown;
  code?: unknown;
  message?: unknown;
  getStatus?: () => unknown;
}

/** What a client is told. The words of a database, and its SQLSTATE, are behind the colon: they are for the log. */
function shownDetail({ kind, code, message }: AppError): string {
  if (kind === 'internal') return 'An internal error was logged under the request id.';
  return code.startsWith('PERSISTENCE.') ? `${message.split(':', 1)[0]}.` : message;
}

/** Turns anything that was thrown into a problem. What is not ours and not a client's fault says nothing of its insides. */
export function toProblem(error: unknown): ProblemAnswer {
  if (error instanceof AppError) {
    const { status } = HTTP[error.kind];
    const detail = shownDetail(error);
    return {
      problem: problem(status, error.code, detail, error.errors),
      ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
    };
  }
  const { statusCode, code, message, getStatus } = (error ?? {}) as StatusError;
  // `getStatus` is Nest's HttpException, `statusCode` is Fastify's error.
  const status = typeof getStatus === 'function' ? getStatus.call(error) : statusCode;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    const suffix = typeof code === 'string' ? code.replace(/^FST_(ERR_)?/, '') : String(status);
    return { problem: problem(status, `HTTP.${suffix}`, String(message)) };
  }
  return {
    problem: problem(500, 'INTERNAL.UNEXPECTED', 'An internal error was logged under the request id.'),
  };
}
