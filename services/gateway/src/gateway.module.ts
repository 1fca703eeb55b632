import { type DynamicModule, Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import { ArchiveModule } from './archive/archive.module.js';
import { AuditModule } from './audit/audit.module.js';
import { DeadLettersModule } from './dead-letters/dead-letters.module.js';
import { EnrichmentModule } from './enrichment/enrichment.module.js';
import { EventsModule } from './events/events.module.js';
import { FindingsModule } from './findings/findings.module.js';
import { GatewayConfig } from './gateway.config.js';
import { HealthModule } from './health/health.module.js';
import { IntakeModule } from './intake/intake.module.js';
import { LiveModule } from './live/live.module.js';
import { RulesModule } from './rules/rules.module.js';
import { RulePreviewsModule } from './rule-previews/rule-previews.module.js';
import { RulesRunsModule } from './rules-runs/rules-runs.module.js';
import { SettingsModule } from './settings/settings.module.js';
import { StatsModule } from './stats/stats.module.js';
import { StorageModule } from './storage/storage.module.js';

/**
 * The REST API. The host registers what it stands on: `DataSource`, `EVENT_BUS`, `JOB_QUEUE`, `EVENT_INTAKE` and
 * `PlatformModule`.
 */
@Module({
  imports: [
    AccessModule,
    ArchiveModule,
    AuditModule,
    EventsModule,
    IntakeModule,
    FindingsModule,
    EnrichmentModule,
    RulesRunsModule,
    RulePreviewsModule,
    RulesModule,
    StatsModule,
    DeadLettersModule,
    SettingsModule,
    StorageModule,
    LiveModule,
    HealthModule,
  ],
})
export class GatewayModule {
  static forRoot(config: GatewayConfig): DynamicModule {
    return {
      module: GatewayModule,
      global: true,
      providers: [{ provide: GatewayConfig, useValue: config }],
      exports: [GatewayConfig],
    };
  }
}
