import { setTimeout as delay } from 'node:timers/promises';
import { AppError, messageOf } from '@mcm/kernel';

export interface WaitForServerOptions {
  /** Milliseconds after which the last failure is thrown; 0 tries once. */
  timeoutMs: number;
  /** Told about each new reason for waiting. */
  onWait: (reason: string) => void;
  /** Ends the waiting; the last failure is thrown. */
  signal?: AbortSignal;
}

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 2_000;

/**
 * Tries until it works, for servers that start beside us: after `unavailable` again, after a delay that doubles and has
 * as much chance in it that many processes do not come at one moment. Any other failure is thrown immediately.
 */
export async function waitForServer<T>(open: () => Promise<T>, options: WaitForServerOptions): Promise<T> {
  const { timeoutMs, onWait, signal } = options;
  const deadline = performance.now() + timeoutMs;
  let said = '';
  for (let tries = 0; ; tries += 1) {
    try {
      return await open();
    } catch (error) {
      const wait = Math.min(FIRST_DELAY_MS * 2 ** tries, LONGEST_DELAY_MS) * (0.5 + Math.random() / 2);
      const hopeless = !(error instanceof AppError) || error.kind !== 'unavailable';
      if (hopeless || signal?.aborted || performance.now() + wait > deadline) throw error;
      const reason = messageOf(error);
      if (reason !== said) onWait(reason);
      said = reason;
      await delay(wait, undefined, signal ? { signal } : {}).catch(() => undefined);
    }
  }
}
