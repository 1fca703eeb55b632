import { Module } from '@nestjs/common';
import { FindingsModule } from '../findings/findings.module.js';
import { EnrichmentController } from './enrichment.controller.js';
import { EnrichmentService } from './enrichment.service.js';

@Module({ imports: [FindingsModule], controllers: [EnrichmentController], providers: [EnrichmentService] })
export class EnrichmentModule {}
