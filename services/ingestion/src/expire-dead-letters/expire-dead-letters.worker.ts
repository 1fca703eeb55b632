import type { ExpireDeadLettersResult } from '@mcm/contracts';
import { type Clock, messageOf } from '@mcm/kernel';
import { DeadLetters } from '@mcm/persistence';
import { CLOCK, LOGGER, type Logger } from '@mcm/platform';
import { type ActiveJob, HandlesJob, JOB_QUEUE, type JobQueue } from '@mcm/queue';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { IngestionConfig } from '../ingestion.config.js';
import { DeadLetterQuota } from '../keep-refused/dead-letter-quota.js';

/** Time between two polls whether dead letters have grown too old, in milliseconds. */
const POLL_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Deletes dead letters that have grown too old. A job does it, so that of several processes one does. */
@Injectable()
export class ExpireDeadLettersWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly letters: DeadLetters,
    private readonly quota: DeadLetterQuota,
    private readonly config: IngestionConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.poll(), POLL_MS);
    this.timer.unref();
    void this.poll();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async poll(): Promise<void> {
    try {
      await this.queue.enqueue('expire-dead-letters', {}, { id: 'expire' });
    } catch (error) {
      this.logger.warn({ err: error }, `Old dead letters could not be deleted now: ${messageOf(error)}`);
    }
  }

  @HandlesJob('expire-dead-letters')
  async expire({ signal }: ActiveJob<'expire-dead-letters'>): Promise<ExpireDeadLettersResult> {
    const before = new Date(this.clock.now() - this.config.deadLetterDays * DAY_MS);
    let deleted = 0;
    for (let more = -1; more !== 0; deleted += more) {
      signal.throwIfAborted();
      more = await this.letters.deleteBefore(before);
    }
    await this.quota.expire(before.toISOString().slice(0, 10));
    return { deleted };
  }
}
