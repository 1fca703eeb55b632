import { Module } from '@nestjs/common';
import { SearchPlaces } from '../search/search-places.js';
import { EventReader } from './event-reader.js';
import { EventSearch } from './event-search.js';
import { EventsController } from './events.controller.js';
import { EventsService } from './events.service.js';

@Module({
  controllers: [EventsController],
  providers: [EventsService, EventReader, EventSearch, SearchPlaces],
})
export class EventsModule {}
