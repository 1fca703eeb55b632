import { Module } from '@nestjs/common';
import { RulePreviewsController } from './rule-previews.controller.js';
import { RulePreviewsService } from './rule-previews.service.js';

@Module({ controllers: [RulePreviewsController], providers: [RulePreviewsService] })
export class RulePreviewsModule {}
