import { AppError } from '@mcm/kernel';
import type { Caller } from '@mcm/platform';
import { JOB_QUEUE, type JobQueue } from '@mcm/queue';
import { Inject, Injectable } from '@nestjs/common';
import { AcceptedWork } from '../audit/accepted-work.js';
import { jobStatus } from '../jobs/job-outcome.js';
import type { RestoreDto } from './restore.dto.js';

/** A day is restored by one job at a time. */
const jobOf = (day: string): string => `restore-${day}`;

/** Has archived days put back by ingestion, which owns events. */
@Injectable()
export class RestoresService {
  constructor(
    @Inject(JOB_QUEUE) private readonly jobs: JobQueue,
    private readonly accepted: AcceptedWork,
  ) {}

  /** Starts to restore a day. While that is going on, it is the answer. */
  async start(day: string, caller: Caller): Promise<RestoreDto> {
    const present = await this.jobs.status('restore-day', jobOf(day));
    if (present === null || present.finished_at !== null) {
      await this.accepted.record({
        origin: caller,
        action: 'events.restore_started',
        object: { type: 'event_day', id: day, name: null },
      });
    }
    await this.jobs.enqueue('restore-day', { day }, { id: jobOf(day) });
    return this.status(day);
  }

  /** @throws AppError `ARCHIVE.RESTORE_NOT_FOUND` */
  async status(day: string): Promise<RestoreDto> {
    const status = await this.jobs.status('restore-day', jobOf(day));
    if (status === null) {
      throw new AppError(
        'not-found',
        'ARCHIVE.RESTORE_NOT_FOUND',
        `No restore of ${day} was started lately.`,
      );
    }
    return { ...jobStatus(status), day, result: status.result };
  }
}
