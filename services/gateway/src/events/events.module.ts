import { Module } from '@nestjs/common';
import { SearchPlaces } from '../search/search-places.js';
import { EventCounter } from './event-counter.js';
import { EventCountsController } from './event-counts.controller.js';
import { EventsAround } from './events-around.js';
import { EventReader } from './event-reader.js';
import { EventSearch } from './event-search.js';
import { EventsController } from './events.controller.js';
import { EventsService } from './events.service.js';

@Module({
  controllers: [EventsController, EventCountsController],
  providers: [EventsService, EventReader, EventSearch, EventsAround, EventCounter, SearchPlaces],
  exports: [EventsAround],
})
export class EventsModule {}
