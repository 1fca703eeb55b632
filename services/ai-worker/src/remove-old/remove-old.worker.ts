import type { RemovalResult } from '@mcm/contracts';
import { removeInPortions } from '@mcm/persistence';
import { type ActiveJob, HandlesJob } from '@mcm/queue';
import { Injectable } from '@nestjs/common';
import { OldRows } from './old-rows.js';

/** Removes old exchanges with a model, and bulk enrichments that ended long ago. */
@Injectable()
export class RemoveOldWorker {
  constructor(private readonly rows: OldRows) {}

  @HandlesJob('remove-exchanges')
  removeExchanges({ payload, signal }: ActiveJob<'remove-exchanges'>): Promise<RemovalResult> {
    const before = new Date(payload.before);
    return removeInPortions(() => this.rows.removeExchanges(before), signal);
  }

  @HandlesJob('remove-enrichment-runs')
  removeRuns({ payload, signal }: ActiveJob<'remove-enrichment-runs'>): Promise<RemovalResult> {
    const before = new Date(payload.before);
    return removeInPortions(() => this.rows.removeFromRuns(before), signal);
  }
}
