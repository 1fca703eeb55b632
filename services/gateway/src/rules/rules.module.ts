import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { RuleOverrides } from './rule-overrides.js';
import { RuleReader } from './rule-reader.js';
import { RulesController } from './rules.controller.js';
import { RulesService } from './rules.service.js';

@Module({
  imports: [AuditModule],
  controllers: [RulesController],
  providers: [RulesService, RuleReader, RuleOverrides],
})
export class RulesModule {}
