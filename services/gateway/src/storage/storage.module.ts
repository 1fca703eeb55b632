import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { LegalHoldsController } from './legal-holds.controller.js';
import { LegalHoldsService } from './legal-holds.service.js';

@Module({
  imports: [AuditModule],
  controllers: [LegalHoldsController],
  providers: [LegalHoldsService],
})
export class StorageModule {}
