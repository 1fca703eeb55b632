import type { RemovalResult } from '@mcm/contracts';
import { dayOf, DeadLetters, removeInPortions } from '@mcm/persistence';
import { type ActiveJob, HandlesJob } from '@mcm/queue';
import { Injectable } from '@nestjs/common';
import { DeadLetterQuota } from '../keep-refused/dead-letter-quota.js';

/** Removes old dead letters, and what was counted of them. */
@Injectable()
export class RemoveDeadLettersWorker {
  constructor(
    private readonly letters: DeadLetters,
    private readonly quota: DeadLetterQuota,
  ) {}

  @HandlesJob('remove-dead-letters')
  async remove({ payload, signal }: ActiveJob<'remove-dead-letters'>): Promise<RemovalResult> {
    const before = new Date(payload.before);
    const result = await removeInPortions(() => this.letters.deleteBefore(before), signal);
    await this.quota.expire(dayOf(before.getTime()));
    return result;
  }
}
