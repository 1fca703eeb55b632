import { FindingReader } from '@mcm/persistence';
import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module.js';
import { EventReader } from '../events/event-reader.js';
import { FindingsController } from './findings.controller.js';
import { FindingsService } from './findings.service.js';

@Module({
  imports: [EventsModule],
  controllers: [FindingsController],
  providers: [FindingsService, FindingReader, EventReader],
  exports: [FindingsService],
})
export class FindingsModule {}
