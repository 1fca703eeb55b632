import type { Archive } from '@mcm/archive';
import type { RestoreDayResult } from '@mcm/contracts';
import { DataSource } from '@mcm/persistence';
import { type ActiveJob, HandlesJob } from '@mcm/queue';
import { Inject, Injectable } from '@nestjs/common';
import { EventDays } from '../event-days/event-days.js';
import { noArchive } from './archive-refusals.js';
import { ARCHIVE } from './event-archive.js';
import { restoreDay } from './restore-day.js';

/** Puts archived days back. */
@Injectable()
export class RestoreDayWorker {
  constructor(
    @Inject(ARCHIVE) private readonly archive: Archive | null,
    private readonly database: DataSource,
    private readonly days: EventDays,
  ) {}

  @HandlesJob('restore-day')
  async restore({ payload }: ActiveJob<'restore-day'>): Promise<RestoreDayResult> {
    if (this.archive === null) throw noArchive();
    return restoreDay(this.archive, this.database, this.days, payload.day);
  }
}
