import type { ExplainFindingResult } from '@mcm/contracts';
import { FindingReader, RuleCatalogue, RuleSwitches, StoredEvents } from '@mcm/persistence';
import { type ActiveJob, JOB_QUEUE, type JobQueue, type JobWorker } from '@mcm/queue';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { RuleStore } from '../rule-store/rule-store.js';
import { RulesConfig } from '../rules.config.js';
import { explainFinding } from './explain-finding.js';

/** Evaluates the rule behind a finding again, as it was, and says whether that gives the finding. Writes nothing. */
@Injectable()
export class ExplainFindingWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private worker: JobWorker | undefined;

  constructor(
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
    private readonly config: RulesConfig,
    private readonly ruleStore: RuleStore,
    private readonly findings: FindingReader,
    private readonly catalogue: RuleCatalogue,
    private readonly switches: RuleSwitches,
    private readonly stored: StoredEvents,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.ruleStore.start();
    this.worker = await this.queue.work('explain-finding', (job) => this.explain(job));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.worker?.close();
  }

  private async explain({ payload }: ActiveJob<'explain-finding'>): Promise<ExplainFindingResult> {
    const finding = await this.findings.detailById(String(payload.finding_id));
    if (finding === null) return { outcome: 'missing' };
    await this.ruleStore.refresh();
    const explanation = await explainFinding(finding, {
      inForce: this.ruleStore.inForce,
      catalogue: this.catalogue,
      levelsSet: await this.switches.levelsSet(finding.rule_id),
      stored: this.stored,
      lateness: this.config.latenessSeconds * 1000,
    });
    return { outcome: 'done', explanation };
  }
}
