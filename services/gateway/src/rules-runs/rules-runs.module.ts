import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { RulesRunsController } from './rules-runs.controller.js';
import { RulesRunsService } from './rules-runs.service.js';

@Module({ imports: [AuditModule], controllers: [RulesRunsController], providers: [RulesRunsService] })
export class RulesRunsModule {}
