import type { AdvanceRulesResult, ConsumerName } from '@mcm/contracts';
import { type Clock, messageOf } from '@mcm/kernel';
import { EVENT_BUS, type EventBus } from '@mcm/messaging';
import { CLOCK, LOGGER, type Logger } from '@mcm/platform';
import { HandlesJob, JOB_QUEUE, type JobQueue } from '@mcm/queue';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Evaluator } from '../evaluate-events/evaluator.js';

/** Time between two polls whether something is due, in milliseconds. */
const POLL_MS = 1_000;
/** Polls after which the progress of evaluation is stored. */
const REMEMBER_EVERY = 10;
/** Longest time from the stamp of arrival on an event until the bus has it, in milliseconds. */
const ACCEPTANCE_MS = 5_000;
/** Consumers that have to finish an event before it counts as evaluated. */
const BEFORE: readonly ConsumerName[] = ['record-events', 'evaluate-events'];

/**
 * Advances event time, so that absences are found also when no event comes any more. Time here is the arrival of events,
 * and it advances only as far as events have been evaluated: while some wait, those that come advance it. A job does it, so that of several processes one does (docs/adr/0010).
 */
@Injectable()
export class AdvanceRulesWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private polls = 0;

  constructor(
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly evaluator: Evaluator,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.poll(), POLL_MS);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.remember();
  }

  private async poll(): Promise<void> {
    this.polls += 1;
    if (this.polls % REMEMBER_EVERY === 0) await this.remember();
    if (!this.evaluator.isDue(this.clock.now() - ACCEPTANCE_MS)) return;
    try {
      await this.queue.enqueue('advance-rules', {}, { id: 'advance' });
    } catch (error) {
      this.logger.warn({ err: error }, `Event time could not be advanced: ${messageOf(error)}`);
    }
  }

  @HandlesJob('advance-rules')
  async advance(): Promise<AdvanceRulesResult> {
    const to = this.clock.now() - ACCEPTANCE_MS;
    const waiting = (await this.bus.status()).filter(({ consumer }) =>
      (BEFORE as string[]).includes(consumer),
    );
    // An answer may be among what waits; it will be asked again soon.
    if (waiting.some(({ lag }) => lag > 0)) return { findings: 0 };
    return { findings: await this.evaluator.advance(to) };
  }

  private async remember(): Promise<void> {
    try {
      await this.evaluator.remember();
    } catch (error) {
      // The next start then reads a little more than it has to.
      this.logger.warn({ err: error }, `The progress of the rules could not be stored: ${messageOf(error)}`);
    }
  }
}
