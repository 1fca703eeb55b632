import { ModelStatusReader, RatingReader } from '@mcm/persistence';
import { JobHandlers } from '@mcm/queue';
import { Module } from '@nestjs/common';
import { ExchangeStore } from './ask-model/exchange-store.js';
import { ModelBudgetStore } from './ask-model/model-budget-store.js';
import { EnrichmentRunStore } from './bulk/enrichment-run-store.js';
import { EnrichmentStore } from './enrich-finding/enrichment-store.js';
import { AiWorkerConfig, loadAiWorkerConfig } from './ai-worker.config.js';
import { AskModel } from './ask-model/ask-model.js';
import { ModelCalls } from './ask-model/model-calls.js';
import { ModelMetrics } from './ask-model/model-metrics.js';
import { ModelRegistration } from './ask-model/model-registration.js';
import { ModelSlots } from './ask-model/model-slots.js';
import { AutoEnrichConsumer } from './auto-enrich/auto-enrich.consumer.js';
import { AutoEnrichPolicy } from './auto-enrich/auto-enrich.policy.js';
import { EstimateEnrichmentWorker } from './bulk/estimate-enrichment.worker.js';
import { RunEnrichmentsWorker } from './bulk/run-enrichments.worker.js';
import { EnrichFindingWorker } from './enrich-finding/enrich-finding.worker.js';
import { Enricher } from './enrich-finding/enricher.js';
import { ExportEvaluationSetWorker } from './evaluate/export-evaluation-set.worker.js';
import { AllowList } from './facts/allowed-fields.js';
import { loadAllowList } from './facts/load-allow-list.js';
import { MODEL } from './providers/model.js';
import { OpenAiModel } from './providers/openai.model.js';
import { OldRows } from './remove-old/old-rows.js';
import { RemoveOldWorker } from './remove-old/remove-old.worker.js';

/** The AI worker: scores and explains findings. */
@Module({
  providers: [
    JobHandlers,
    { provide: AiWorkerConfig, useFactory: () => loadAiWorkerConfig(process.env) },
    {
      provide: MODEL,
      useFactory: (config: AiWorkerConfig) => (config.hasModel ? new OpenAiModel(config) : null),
      inject: [AiWorkerConfig],
    },
    {
      provide: AllowList,
      useFactory: ({ fieldsPath }: AiWorkerConfig) => loadAllowList(fieldsPath),
      inject: [AiWorkerConfig],
    },
    EnrichmentStore,
    EnrichmentRunStore,
    ExchangeStore,
    ModelBudgetStore,
    ModelStatusReader,
    RatingReader,
    ModelRegistration,
    ModelMetrics,
    ModelSlots,
    ModelCalls,
    AskModel,
    Enricher,
    AutoEnrichPolicy,
    AutoEnrichConsumer,
    EnrichFindingWorker,
    RunEnrichmentsWorker,
    EstimateEnrichmentWorker,
    ExportEvaluationSetWorker,
    OldRows,
    RemoveOldWorker,
  ],
})
export class AiWorkerModule {}
