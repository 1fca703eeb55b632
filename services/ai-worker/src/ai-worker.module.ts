import { EnrichmentStore } from '@mcm/persistence';
import { Module } from '@nestjs/common';
import { EnrichFindingWorker } from './enrich-finding/enrich-finding.worker.js';
import { ENRICHMENT_PROVIDER } from './providers/enrichment-provider.js';
import { HeuristicProvider } from './providers/heuristic.provider.js';

/** The AI worker: scores and explains findings. */
@Module({
  providers: [
    { provide: ENRICHMENT_PROVIDER, useClass: HeuristicProvider },
    EnrichmentStore,
    EnrichFindingWorker,
  ],
})
export class AiWorkerModule {}
