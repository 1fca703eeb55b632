import { Module } from '@nestjs/common';
import { RuleOverrides } from './rule-overrides.js';
import { RuleReader } from './rule-reader.js';
import { RulesController } from './rules.controller.js';
import { RulesService } from './rules.service.js';

@Module({ controllers: [RulesController], providers: [RulesService, RuleReader, RuleOverrides] })
export class RulesModule {}
