import { EventReader } from '@mcm/persistence';
import { Module } from '@nestjs/common';
import { EventsController } from './events.controller.js';
import { EventsService } from './events.service.js';

@Module({ controllers: [EventsController], providers: [EventsService, EventReader] })
export class EventsModule {}
