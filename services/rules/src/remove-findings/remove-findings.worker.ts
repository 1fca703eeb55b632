import type { RemovalResult } from '@mcm/contracts';
import { removeInPortions } from '@mcm/persistence';
import { type ActiveJob, HandlesJob } from '@mcm/queue';
import { Injectable } from '@nestjs/common';
import { OldFindings } from '../finding-store/old-findings.js';

/** Removes old findings. */
@Injectable()
export class RemoveFindingsWorker {
  constructor(private readonly findings: OldFindings) {}

  @HandlesJob('remove-findings')
  async remove({ payload: { before, held }, signal }: ActiveJob<'remove-findings'>): Promise<RemovalResult> {
    const portions = this.findings.portions(new Date(before), held);
    const result = await removeInPortions(() => portions.removeNext(), signal);
    if (result.removed > 0 && !result.more) await this.findings.forgetEmptyCounts(before.slice(0, 10));
    return result;
  }
}
