import { listAddress, parseAsText, parseAsWords } from '@/components/list/list-address';
import type { ViewOf } from '@/lib/address';
import type { EventsFilter } from './api/get-events';

/** The address of the list of events. */
export const eventsAddress = listAddress({
  filters: {
    /** A query in the search language (docs/search.md). */
    q: parseAsWords,
    user: parseAsText,
    event_type: parseAsText,
  },
  begin: { cursor: parseAsText.withDefault('') },
  pageSizes: [25, 50, 100],
  pageSize: 50,
  openAs: 'event',
});

/** The filter that the API is asked with. */
export function toEventsFilter(view: ViewOf<typeof eventsAddress>): EventsFilter {
  return {
    q: view.q || undefined,
    user: view.user || undefined,
    event_type: view.event_type || undefined,
    cursor: view.cursor || undefined,
    limit: view.page_size,
  };
}
