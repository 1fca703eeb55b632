/** What went wrong in a way that decides how every edge reacts (see the tables at the edges). */
export const ERROR_KINDS = [
  /** The caller sent something that can never work: HTTP 4xx, message terminated, job given up. */
  'invalid',
  /** The caller has not shown who it is: the key or secret is missing or wrong. */
  'unauthenticated',
  /** The named thing does not exist. */
  'not-found',
  /** The request contradicts the present state. */
  'conflict',
  /** More than the configured limit. */
  'too-large',
  /** An unsupported content type or encoding. */
  'unsupported',
  /** The caller, or the page that the call comes from, may not do this. */
  'forbidden',
  /** The request is meant for another server. */
  'misdirected',
  /** One caller has had its share; others may go on. */
  'too-many',
  /** Try again later: a dependency is down or a queue is full. */
  'unavailable',
  /** A bug or an unknown state of ours. */
  'internal',
] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** One problem inside a request or a message; `pointer` is an RFC 6901 JSON pointer or a parameter's name. */
export interface ErrorDetail {
  pointer: string;
  detail: string;
}

export interface AppErrorOptions {
  /** All single problems, each with its place. */
  errors?: readonly ErrorDetail[];
  /** For `unavailable` and `too-many`: seconds after which a retry makes sense. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/**
 * The error that crosses the borders of this system. `code` is stable (`AREA.REASON`, upper case) and may be relied
 * on by clients; `message` is for people and never holds a secret.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly errors: readonly ErrorDetail[];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    options: AppErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The text of anything that was thrown, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
