import { AppError } from '@mcm/kernel';
import { Injectable } from '@nestjs/common';
import type { AroundQuery } from './around.dto.js';
import type { StoredEvent } from './event-reader.js';
import { EventSearch, type FoundEvents } from './event-search.js';
import { type Common, sameAs } from './same-origin.js';

const MINUTE_MS = 60_000;
const FIRST = Date.parse('0001-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/** Finds what else happened around events. */
@Injectable()
export class EventsAround {
  constructor(private readonly search: EventSearch) {}

  /**
   * Events within some minutes of a time, newest first.
   *
   * @param between first and last time of what they are around, ISO 8601
   * @param events with which they may have to have something in common
   * @throws AppError `EVENTS.NOTHING_IN_COMMON` (`invalid`, naming `same`) when none of the events has it; `SEARCH.BUSY`
   */
  async find(
    between: { first: string; last: string },
    events: readonly StoredEvent[],
    { minutes, same, limit }: AroundQuery,
  ): Promise<FoundEvents> {
    const query = same === undefined ? { kind: 'everything' as const } : sameAs(events, same);
    if (query === null) throw nothingInCommon(same!);
    const filter = {
      from_timestamp: shifted(between.first, -minutes),
      to_timestamp: shifted(between.last, minutes),
    };
    return this.search.page({ filter, query }, { limit, offset: 0 });
  }
}

function shifted(time: string, minutes: number): string {
  const at = Date.parse(time) + minutes * MINUTE_MS;
  return new Date(Math.min(LAST, Math.max(FIRST, at))).toISOString();
}

function nothingInCommon(same: Common): AppError {
  const detail = `same must be something that the event has: no ${same} was found in it`;
  return new AppError('invalid', 'EVENTS.NOTHING_IN_COMMON', detail, {
    errors: [{ pointer: 'same', detail }],
  });
}
