import type { ReplayRulesPayload, ReplayRulesResult } from '@mcm/contracts';
import type { Clock } from '@mcm/kernel';
import { EVENT_BUS, type EventBus } from '@mcm/messaging';
import { CLOCK } from '@mcm/platform';
import { type ActiveJob, HandlesJob } from '@mcm/queue';
import { Inject, Injectable } from '@nestjs/common';
import { writeDetections } from '../evaluate-events/write-detections.js';
import { FindingStore } from '../finding-store/finding-store.js';
import { RuleStore } from '../rule-store/rule-store.js';
import { RulesConfig } from '../rules.config.js';
import { RuleSandbox, sentRules } from '../sandbox/rule-sandbox.js';
import { StoredEvents } from './stored-events.js';

/** Evaluates stored events again, in event time, with windows of its own; findings that are there already stay as they are. */
@Injectable()
export class ReplayRulesWorker {
  constructor(
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly config: RulesConfig,
    private readonly ruleStore: RuleStore,
    private readonly stored: StoredEvents,
    private readonly findings: FindingStore,
    private readonly sandbox: RuleSandbox,
  ) {}

  @HandlesJob('replay-rules')
  async replay(job: ActiveJob<'replay-rules'>): Promise<ReplayRulesResult> {
    const range: ReplayRulesPayload = job.payload;
    const total = await this.stored.countEvents(range);
    await this.ruleStore.refresh();
    const rules = this.ruleStore.inForce;
    const result: ReplayRulesResult = { events: 0, findings: 0, new_findings: 0 };
    await job.progress({ done: 0, total });
    const { stored } = this;
    await this.sandbox.run(
      'replay',
      {
        rules: sentRules(rules),
        range,
        lateness: this.config.latenessSeconds * 1000,
        now: this.clock.now(),
      },
      {
        signal: job.signal,
        host: {
          pageByTime: (within, after, size) => stored.pageByTime(within, after, size),
          arrivals: (uids, within) => stored.arrivals(uids, within),
          take: async ({ detections, events, count }) => {
            job.signal.throwIfAborted();
            const written = await writeDetections(this.findings, detections, events, rules.overrides);
            if (written.raised.length > 0) await this.bus.publish('findings.raised', written.raised);
            result.events += count;
            result.findings += written.findings;
            result.new_findings += written.created;
            await job.progress({ done: result.events, total: Math.max(total, result.events) });
          },
        },
      },
    );
    return result;
  }
}
