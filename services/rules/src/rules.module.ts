import { FindingStore, StoredEvents } from '@mcm/persistence';
import { loadConfig } from '@mcm/platform';
import { Module } from '@nestjs/common';
import { EvaluateEventsConsumer } from './evaluate-events/evaluate-events.consumer.js';
import { ReplayRulesWorker } from './replay/replay-rules.worker.js';
import { RuleStore } from './rule-store/rule-store.js';
import { RulesConfig } from './rules.config.js';

/** The rules service: evaluates recorded events and writes findings. */
@Module({
  providers: [
    { provide: RulesConfig, useFactory: () => loadConfig(RulesConfig, process.env) },
    FindingStore,
    StoredEvents,
    RuleStore,
    EvaluateEventsConsumer,
    ReplayRulesWorker,
  ],
})
export class RulesModule {}
