/** Failures in a row after which a model is left alone, and for how long: the time doubles with each further failure. */
export const BREAKER = { failures: 5, firstMs: 10_000, longestMs: 5 * 60_000 } as const;

/** How long a model is left alone after so many failures in a row, in milliseconds; null while it may be asked. */
export function restAfter(failures: number): number | null {
  if (failures < BREAKER.failures) return null;
  return Math.min(BREAKER.longestMs, BREAKER.firstMs * 2 ** (failures - BREAKER.failures));
}
