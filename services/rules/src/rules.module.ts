import { FindingReader } from '@mcm/persistence';
import { loadConfig } from '@mcm/platform';
import { JobHandlers } from '@mcm/queue';
import { Module } from '@nestjs/common';
import { AdvanceRulesWorker } from './advance-rules/advance-rules.worker.js';
import { EvaluateEventsConsumer } from './evaluate-events/evaluate-events.consumer.js';
import { Evaluator } from './evaluate-events/evaluator.js';
import { RuleClock } from './evaluate-events/rule-clock.js';
import { RuleSkips } from './evaluate-events/rule-skips.js';
import { KeepUp } from './evaluate-events/keep-up.service.js';
import { ExplainFindingWorker } from './explain-finding/explain-finding.worker.js';
import { FindingStore } from './finding-store/finding-store.js';
import { OldFindings } from './finding-store/old-findings.js';
import { FollowRules } from './follow-rules/follow-rules.service.js';
import { PreviewRuleWorker } from './preview-rule/preview-rule.worker.js';
import { ReloadRulesWorker } from './reload-rules/reload-rules.worker.js';
import { RemoveFindingsWorker } from './remove-findings/remove-findings.worker.js';
import { ReplayRulesWorker } from './replay/replay-rules.worker.js';
import { StoredEvents } from './replay/stored-events.js';
import { OverrideReader } from './rule-store/override-reader.js';
import { RuleCatalogue } from './rule-store/rule-catalogue.js';
import { RuleStore } from './rule-store/rule-store.js';
import { RulesConfig } from './rules.config.js';
import { RuleSandbox } from './sandbox/rule-sandbox.js';

/** The rules service: evaluates recorded events and writes findings. */
@Module({
  controllers: [EvaluateEventsConsumer],
  providers: [
    JobHandlers,
    { provide: RulesConfig, useFactory: () => loadConfig(RulesConfig, process.env) },
    FindingStore,
    FindingReader,
    OldFindings,
    StoredEvents,
    RuleCatalogue,
    RuleClock,
    RuleSkips,
    OverrideReader,
    RuleStore,
    RuleSandbox,
    Evaluator,
    KeepUp,
    FollowRules,
    AdvanceRulesWorker,
    ReloadRulesWorker,
    PreviewRuleWorker,
    ExplainFindingWorker,
    RemoveFindingsWorker,
    ReplayRulesWorker,
  ],
})
export class RulesModule {}
