import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, callWithHeaders, type Schema } from '@/lib/api/client';

/** A stored event. */
export type StoredEvent = Schema<'Event'>;

/** What `GET /events` is asked for. */
export interface EventsFilter {
  q?: string;
  user?: string;
  event_type?: string;
  /** Where the page before ended. */
  cursor?: string;
  limit: number;
}

/** Every query about lists of events starts with this key. */
export const EVENTS_KEY = ['events', 'list'] as const;

/** One page of events. */
export interface EventsPage {
  items: StoredEvent[];
  /** The cursor of the next page; null where there is none. */
  next: string | null;
  /** Set when the time for the search was up: what is older than this was not looked at. ISO 8601. */
  searchedBackTo: string | null;
}

/** `GET /events`. */
export const eventsQuery = (filter: EventsFilter) =>
  queryOptions({
    queryKey: [...EVENTS_KEY, filter] as const,
    queryFn: async ({ signal }): Promise<EventsPage> => {
      const { data, headers } = await callWithHeaders(
        api.GET('/events', { params: { query: filter }, signal }),
      );
      return {
        items: data,
        next: headers.get('next-cursor'),
        searchedBackTo: headers.get('searched-back-to'),
      };
    },
    placeholderData: keepPreviousData,
  });
