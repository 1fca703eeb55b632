import type { ReloadRulesResult } from '@mcm/contracts';
import { EVENT_BUS, type EventBus } from '@mcm/messaging';
import { type ActiveJob, HandlesJob } from '@mcm/queue';
import { LOGGER, type Logger } from '@mcm/platform';
import { Inject, Injectable } from '@nestjs/common';
import { RuleStore } from '../rule-store/rule-store.js';

/** Reads the rules on disk and puts them into force for all processes: one process does, all follow. */
@Injectable()
export class ReloadRulesWorker {
  constructor(
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly ruleStore: RuleStore,
  ) {}

  @HandlesJob('reload-rules')
  async reload({ payload }: ActiveJob<'reload-rules'>): Promise<ReloadRulesResult> {
    const { requested_by = null, reason = null, skip_faulty = false } = payload;
    const result = await this.ruleStore.load({ requested_by, reason }, skip_faulty);
    const { outcome, revision, rules, problems } = result;
    this.logger.info(
      { outcome, revision, rules, problems: problems.length, requested_by },
      'Rules read from disk',
    );
    if (outcome === 'replaced') await this.bus.publish('rules.changed', [{ what: 'rules', revision }]);
    return result;
  }
}
