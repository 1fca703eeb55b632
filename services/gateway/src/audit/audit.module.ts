import { AuditReader, AuditTrail } from '@mcm/audit';
import { Module } from '@nestjs/common';
import { AcceptedWork } from './accepted-work.js';
import { AuditController } from './audit.controller.js';
import { AuditService } from './audit.service.js';
import { CheckpointsService } from './checkpoints.service.js';
import { RefusedRequests } from './refused-requests.js';

/** The audit trail: what other modules write, and the routes that show and prove it. */
@Module({
  controllers: [AuditController],
  providers: [AuditTrail, AuditReader, AuditService, CheckpointsService, AcceptedWork, RefusedRequests],
  exports: [AuditTrail, AcceptedWork],
})
export class AuditModule {}
