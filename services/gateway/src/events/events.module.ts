import { Module } from '@nestjs/common';
import { EventReader } from './event-reader.js';
import { EventsController } from './events.controller.js';
import { EventsService } from './events.service.js';

@Module({ controllers: [EventsController], providers: [EventsService, EventReader] })
export class EventsModule {}
