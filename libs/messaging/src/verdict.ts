import { AppError, type ErrorKind } from '@mcm/kernel';

/** What happens to a batch whose handler threw. */
export type Verdict =
  /** Comes again after a growing delay; counts as a try. */
  | 'retry'
  /** Comes again after a growing delay; the message is not to blame. */
  | 'postpone'
  /** Is divided, to find out which messages fail. */
  | 'divide'
  /** The one message goes to the dead letters. */
  | 'give-up';

/** How the bus takes each kind of error: whether trying again can help, and whether the message is to blame. */
const MEANING: Readonly<Record<ErrorKind, 'never' | 'perhaps' | 'later'>> = {
  invalid: 'never',
  unauthenticated: 'never',
  'not-found': 'perhaps',
  conflict: 'perhaps',
  'too-large': 'perhaps',
  unsupported: 'perhaps',
  forbidden: 'perhaps',
  misdirected: 'perhaps',
  'too-many': 'later',
  unavailable: 'later',
  internal: 'perhaps',
};

/** Classifies what a handler threw for a batch of `size` messages at its `tries`-th counted try of `maxTries`. */
export function classify(error: unknown, batch: { size: number; tries: number; maxTries: number }): Verdict {
  const meaning = MEANING[error instanceof AppError ? error.kind : 'internal'];
  if (meaning === 'later') return 'postpone';
  if (meaning === 'perhaps' && batch.tries < batch.maxTries) return 'retry';
  return batch.size > 1 ? 'divide' : 'give-up';
}

/** Short enough that everything goes on within seconds once what was away is back. */
const LONGEST_POSTPONE_MS = 10_000;

/** Delay before the try after the `tries`-th, in milliseconds. */
export function retryDelay(retryDelayMs: number, tries: number): number {
  return retryDelayMs * 2 ** (tries - 1);
}

/** Delay before the next try of a batch that was postponed `times` times before, in milliseconds. */
export function postponeDelay(retryDelayMs: number, times: number): number {
  return Math.min(retryDelayMs * 2 ** times, LONGEST_POSTPONE_MS);
}
