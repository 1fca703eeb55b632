import { FaultReporter, LOGGER, type Logger } from '@mcm/platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Evaluator } from './evaluator.js';

/** Time between two polls of the log of matches, in milliseconds. */
const POLL_MS = 1_000;

/**
 * Applies the matches of other replicas also while this one gets no events: the log of matches is short, and a replica
 * that gets an event next should not have to catch up first.
 */
@Injectable()
export class KeepUp implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private polling: Promise<void> | undefined;
  private readonly faults: FaultReporter;

  constructor(
    @Inject(LOGGER) logger: Logger,
    private readonly evaluator: Evaluator,
  ) {
    this.faults = new FaultReporter(logger);
  }

  onApplicationBootstrap(): void {
    if (!this.evaluator.isShared) return;
    this.timer = setInterval(() => {
      this.polling ??= this.poll().finally(() => (this.polling = undefined));
    }, POLL_MS);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.polling;
  }

  private async poll(): Promise<void> {
    try {
      await this.evaluator.keepUp();
    } catch (error) {
      // It is tried again soon, and with the next events.
      this.faults.report('what other replicas matched', error);
    }
  }
}
