import { Module } from '@nestjs/common';
import { RulesRunsController } from './rules-runs.controller.js';
import { RulesRunsService } from './rules-runs.service.js';

@Module({ controllers: [RulesRunsController], providers: [RulesRunsService] })
export class RulesRunsModule {}
