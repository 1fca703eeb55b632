import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, call, type Schema } from '@/lib/api/client';

/** A stored event. */
export type StoredEvent = Schema<'Event'>;

/** What `GET /events` is asked for. */
export interface EventsFilter {
  user?: string;
  event_type?: string;
  limit: number;
  offset: number;
}

/** Every query about lists of events starts with this key. */
export const EVENTS_KEY = ['events', 'list'] as const;

/** One page of events and whether there are more. */
export interface EventsPage {
  items: StoredEvent[];
  hasNext: boolean;
}

/** `GET /events`, one more than shown: events are not counted, but whether there is a next page must be known. */
export const eventsQuery = (filter: EventsFilter) =>
  queryOptions({
    queryKey: [...EVENTS_KEY, filter] as const,
    queryFn: async ({ signal }): Promise<EventsPage> => {
      const events = await call(
        api.GET('/events', { params: { query: { ...filter, limit: filter.limit + 1 } }, signal }),
      );
      return { items: events.slice(0, filter.limit), hasNext: events.length > filter.limit };
    },
    placeholderData: keepPreviousData,
  });
