import type { ExplainFindingResult } from '@mcm/contracts';
import { FindingReader } from '@mcm/persistence';
import { type ActiveJob, HandlesJob } from '@mcm/queue';
import { Injectable } from '@nestjs/common';
import { StoredEvents } from '../replay/stored-events.js';
import { OverrideReader } from '../rule-store/override-reader.js';
import { RuleCatalogue } from '../rule-store/rule-catalogue.js';
import { RuleStore } from '../rule-store/rule-store.js';
import { RulesConfig } from '../rules.config.js';
import { RuleSandbox, sentRules } from '../sandbox/rule-sandbox.js';

/** Has the rule behind a finding evaluated again, as it was, apart from this process, and says whether that gives the finding. Writes nothing. */
@Injectable()
export class ExplainFindingWorker {
  constructor(
    private readonly config: RulesConfig,
    private readonly ruleStore: RuleStore,
    private readonly findings: FindingReader,
    private readonly catalogue: RuleCatalogue,
    private readonly overrides: OverrideReader,
    private readonly stored: StoredEvents,
    private readonly sandbox: RuleSandbox,
  ) {}

  @HandlesJob('explain-finding')
  async explain({ payload, signal }: ActiveJob<'explain-finding'>): Promise<ExplainFindingResult> {
    const finding = await this.findings.detailById(String(payload.finding_id));
    if (finding === null) return { outcome: 'missing' };
    await this.ruleStore.refresh();
    const { stored, catalogue } = this;
    const explanation = await this.sandbox.run(
      'explain',
      {
        finding,
        rules: sentRules(this.ruleStore.inForce),
        levelsSet: await this.overrides.levelsSet(finding.rule_id),
        lateness: this.config.latenessSeconds * 1000,
      },
      {
        signal,
        host: {
          ruleVersion: (id, hash) => catalogue.version(id, hash),
          countEvents: (range) => stored.countEvents(range),
          pageByTime: (range, after, size) => stored.pageByTime(range, after, size),
          byUids: (uids, within) => stored.byUids(uids, within),
        },
      },
    );
    return { outcome: 'done', explanation };
  }
}
