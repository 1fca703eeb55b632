import { ModelStatusReader, RatingReader } from '@mcm/persistence';
import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { FindingsModule } from '../findings/findings.module.js';
import { AiStatusController } from './ai-status.controller.js';
import { AiStatusService } from './ai-status.service.js';
import { EnrichmentReader } from './enrichment-reader.js';
import { EnrichmentRunReader } from './enrichment-run-reader.js';
import { EnrichmentRunsController } from './enrichment-runs.controller.js';
import { EnrichmentRunsService } from './enrichment-runs.service.js';
import { EnrichmentController } from './enrichment.controller.js';
import { EnrichmentService } from './enrichment.service.js';
import { RatingStore } from './rating-store.js';
import { RatingsController } from './ratings.controller.js';
import { RatingsService } from './ratings.service.js';

@Module({
  imports: [FindingsModule, AuditModule],
  controllers: [EnrichmentController, EnrichmentRunsController, RatingsController, AiStatusController],
  providers: [
    EnrichmentService,
    EnrichmentRunsService,
    RatingsService,
    AiStatusService,
    EnrichmentReader,
    EnrichmentRunReader,
    ModelStatusReader,
    RatingStore,
    RatingReader,
  ],
})
export class EnrichmentModule {}
