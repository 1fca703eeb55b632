import type { Archive } from '@mcm/archive';
import type { ArchiveDaysResult } from '@mcm/contracts';
import { type Clock, messageOf } from '@mcm/kernel';
import { DataSource, dayAfter, dayOf } from '@mcm/persistence';
import { CLOCK, LOGGER, type Logger } from '@mcm/platform';
import { type ActiveJob, HandlesJob, JOB_QUEUE, type JobQueue } from '@mcm/queue';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { unarchivedDays } from './archived-runs.js';
import { ARCHIVE, EventArchive } from './event-archive.js';

/** Time between two polls whether there are days to archive, in milliseconds. */
const POLL_MS = 3_600_000;

/** Archives days before they have to be dropped, where that is asked for. A job does it, so that of several processes one does. */
@Injectable()
export class ArchiveDaysWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(ARCHIVE) private readonly archive: Archive | null,
    private readonly events: EventArchive,
    private readonly database: DataSource,
  ) {}

  onApplicationBootstrap(): void {
    if (this.archive === null || this.archive.afterDays === 0) return;
    this.timer = setInterval(() => void this.poll(), POLL_MS);
    this.timer.unref();
    void this.poll();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async poll(): Promise<void> {
    try {
      await this.queue.enqueue('archive-days', {}, { id: 'archive' });
    } catch (error) {
      this.logger.warn({ err: error }, `Days could not be archived now: ${messageOf(error)}`);
    }
  }

  /** Archives the days that are old enough, the oldest first. What is wrong with one of them is likely wrong with all. */
  @HandlesJob('archive-days')
  async run({ signal }: ActiveJob<'archive-days'>): Promise<ArchiveDaysResult> {
    const afterDays = this.archive?.afterDays ?? 0;
    if (afterDays === 0) return { archived: 0 };
    const before = dayAfter(dayOf(this.clock.now()), -afterDays);
    const days = await unarchivedDays(this.database, before);
    for (const day of days) {
      signal.throwIfAborted();
      await this.events.archiveDay(day);
    }
    return { archived: days.length };
  }
}
