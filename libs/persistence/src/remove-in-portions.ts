import type { RemovalResult } from '@mcm/contracts';

/** Longest time that one run removes rows of a kind, in milliseconds; what is left comes in the next run. */
const RUN_MS = 30_000;

/**
 * Removes old rows a portion at a time, so that no statement takes long and a process that ends loses no work.
 *
 * @param removePortion removes some of the rows in a transaction of its own and says how many; 0 when none are left
 * @throws what `signal` was aborted with, between two portions
 */
export async function removeInPortions(
  removePortion: () => Promise<number>,
  signal: AbortSignal,
): Promise<RemovalResult> {
  const end = performance.now() + RUN_MS;
  let removed = 0;
  while (performance.now() < end) {
    signal.throwIfAborted();
    const portion = await removePortion();
    if (portion === 0) return { removed, more: false };
    removed += portion;
  }
  return { removed, more: true };
}
