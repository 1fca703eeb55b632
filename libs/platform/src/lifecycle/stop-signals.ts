import { messageOf } from '@mcm/kernel';
import type { Logger } from '../logging/logger.js';

/**
 * Runs `stop` once when the process is asked to end (SIGINT, SIGTERM) and exits with its outcome. A second signal,
 * or a stop that takes longer than `timeoutMs`, ends the process immediately.
 */
export function stopOnSignals(stop: () => Promise<void>, logger: Logger, timeoutMs = 15_000): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ signal }, 'Stopping');
    const timer = setTimeout(() => {
      logger.error({ timeout_ms: timeoutMs }, 'Stopping took too long');
      process.exit(1);
    }, timeoutMs);
    timer.unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, `Stopping failed: ${messageOf(error)}`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}
