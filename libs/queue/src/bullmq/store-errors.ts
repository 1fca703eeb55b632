import { AppError, messageOf } from '@mcm/kernel';

/** Seconds after which asking an unreachable store again makes sense. */
const RETRY_AFTER_SECONDS = 2;

/** Anything that a store throws, as an `AppError`: its own errors pass, the rest means that the store is away. */
export function storeError(code: string, doing: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('unavailable', code, `${doing}: ${messageOf(error)}`, {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    cause: error,
  });
}

const LONGEST_REASON = 2_000;

/**
 * A text that every store can hold: NUL and lone surrogates become U+FFFD, long texts are cut.
 */
export function storableText(text: string, limit = LONGEST_REASON): string {
  // eslint-disable-next-line no-control-regex
  const clean = text.replaceAll(/[\u0000\p{Surrogate}]/gu, '\uFFFD');
  return clean.length > limit ? `${clean.slice(0, limit)}…` : clean;
}
