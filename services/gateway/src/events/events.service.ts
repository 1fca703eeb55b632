import { eventUid, NATIVE_SOURCE } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { Injectable } from '@nestjs/common';
import type { AroundQuery } from './around.dto.js';
import { readFilter } from './event-filter.js';
import { EventsAround } from './events-around.js';
import { EventReader } from './event-reader.js';
import { EventSearch, type FoundEvents } from './event-search.js';
import type { EventDto } from './event.dto.js';
import type { ListEventsQuery } from './list-events.dto.js';

/** Answers questions about stored events. */
@Injectable()
export class EventsService {
  constructor(
    private readonly events: EventReader,
    private readonly search: EventSearch,
    private readonly eventsAround: EventsAround,
  ) {}

  /** Events that match, newest first. */
  list({ limit, offset, cursor, event_id, ...filter }: ListEventsQuery): Promise<FoundEvents> {
    const identity = event_id !== undefined && { uid: eventUid(filter.source ?? NATIVE_SOURCE, event_id) };
    return this.search.page(readFilter({ ...filter, ...identity }), {
      limit,
      offset,
      ...(cursor !== undefined && { cursor }),
    });
  }

  /** @throws AppError `EVENTS.NOT_FOUND` */
  async byId(id: string): Promise<EventDto> {
    const event = await this.events.byId(id);
    if (event === null) throw new AppError('not-found', 'EVENTS.NOT_FOUND', `There is no event ${id}.`);
    return event;
  }

  /**
   * Events around one, newest first.
   *
   * @throws AppError `EVENTS.NOT_FOUND`, `EVENTS.NOTHING_IN_COMMON`
   */
  async around(id: string, query: AroundQuery): Promise<FoundEvents> {
    const event = await this.byId(id);
    return this.eventsAround.find({ first: event.timestamp, last: event.timestamp }, [event], query);
  }
}
