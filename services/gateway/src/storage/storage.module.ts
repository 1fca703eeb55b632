import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { LegalHoldsController } from './legal-holds.controller.js';
import { LegalHoldsService } from './legal-holds.service.js';
import { RetentionDryRun } from './retention-dry-run.js';
import { StorageController } from './storage.controller.js';
import { StorageReader } from './storage-reader.js';
import { StorageService } from './storage.service.js';

@Module({
  imports: [AuditModule, SettingsModule],
  controllers: [StorageController, LegalHoldsController],
  providers: [LegalHoldsService, RetentionDryRun, StorageReader, StorageService],
})
export class StorageModule {}
