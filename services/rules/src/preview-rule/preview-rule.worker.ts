import type { PreviewRuleResult } from '@mcm/contracts';
import { AppError, type Clock } from '@mcm/kernel';
import { CLOCK } from '@mcm/platform';
import { type ActiveJob, HandlesJob } from '@mcm/queue';
import { Inject, Injectable } from '@nestjs/common';
import { StoredEvents } from '../replay/stored-events.js';
import { RuleStore } from '../rule-store/rule-store.js';
import { RulesConfig } from '../rules.config.js';
import { RuleSandbox, sentRules } from '../sandbox/rule-sandbox.js';

/** Has rules tried over stored events, apart from this process: the text comes from outside. */
@Injectable()
export class PreviewRuleWorker {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly config: RulesConfig,
    private readonly ruleStore: RuleStore,
    private readonly stored: StoredEvents,
    private readonly sandbox: RuleSandbox,
  ) {}

  @HandlesJob('preview-rule')
  async preview({ payload, signal, progress }: ActiveJob<'preview-rule'>): Promise<PreviewRuleResult> {
    await this.ruleStore.refresh();
    const { stored } = this;
    try {
      return await this.sandbox.run(
        'preview',
        {
          ...payload,
          max_events: Math.min(payload.max_events ?? Infinity, this.config.previewEvents),
          rules: sentRules(this.ruleStore.inForce),
          seconds: this.config.previewSeconds,
          lateness: this.config.latenessSeconds * 1000,
          now: this.clock.now(),
        },
        {
          signal,
          host: {
            progress,
            countEvents: (range) => stored.countEvents(range),
            pageByTime: (range, after, size) => stored.pageByTime(range, after, size),
            arrivals: (uids, within) => stored.arrivals(uids, within),
          },
        },
      );
    } catch (error) {
      if (error instanceof AppError && IMPOSSIBLE.has(error.code))
        return { outcome: 'impossible', code: error.code, message: error.message };
      throw error;
    }
  }
}

/** Why a rule cannot be tried, as an answer to who wants it tried. */
const IMPOSSIBLE: ReadonlySet<string> = new Set([
  'RULES.NOT_FOUND',
  'RULE.NOT_EDITABLE',
  'RULES.NOTHING_TO_TRY',
  'RULES.OUT_OF_MEMORY',
  'RULES.TIMED_OUT',
]);
