import { setTimeout as delay } from 'node:timers/promises';
import { AppError, messageOf } from '@mcm/kernel';

export interface EventuallyOptions {
  /** Default 30 s. */
  timeoutMs?: number;
  /** Time between two polls. Default 20 ms. */
  intervalMs?: number;
}

/**
 * Waits until the condition gives something truthy without throwing, and returns that. Throws `TESTING.TIMEOUT` with
 * the last error or value seen. For what has no event to wait for.
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 30_000, intervalMs = 20 }: EventuallyOptions = {},
): Promise<Exclude<T, undefined | null | false | 0 | ''>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let seen: string;
    let cause: unknown;
    try {
      const value = await condition();
      if (value) return value as Exclude<T, undefined | null | false | 0 | ''>;
      seen = `last seen: ${String(value)}`;
    } catch (error) {
      cause = error;
      seen = `last error: ${messageOf(error)}`;
    }
    if (performance.now() >= deadline) {
      throw new AppError('internal', 'TESTING.TIMEOUT', `Not so within ${timeoutMs} ms; ${seen}`, { cause });
    }
    await delay(intervalMs);
  }
}
