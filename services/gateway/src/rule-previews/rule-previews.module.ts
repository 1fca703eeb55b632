import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { RulePreviewsController } from './rule-previews.controller.js';
import { RulePreviewsService } from './rule-previews.service.js';

@Module({ imports: [AuditModule], controllers: [RulePreviewsController], providers: [RulePreviewsService] })
export class RulePreviewsModule {}
