import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { RestoresController } from './restores.controller.js';
import { RestoresService } from './restores.service.js';

@Module({ imports: [AuditModule], controllers: [RestoresController], providers: [RestoresService] })
export class ArchiveModule {}
