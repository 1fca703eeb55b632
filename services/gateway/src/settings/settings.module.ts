import { SettingReader } from '@mcm/persistence';
import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { SettingsController } from './settings.controller.js';
import { SettingsService } from './settings.service.js';
import { SettingsStore } from './settings-store.js';

@Module({
  imports: [AuditModule],
  controllers: [SettingsController],
  providers: [SettingReader, SettingsStore, SettingsService],
  exports: [SettingsService],
})
export class SettingsModule {}
