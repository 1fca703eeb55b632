import { listAddress, parseAsText } from '@/components/list/list-address';
import type { ViewOf } from '@/lib/address';
import type { EventsFilter } from './api/get-events';

/** The address of the list of events. */
export const eventsAddress = listAddress({
  filters: { user: parseAsText, event_type: parseAsText },
  pageSizes: [25, 50, 100],
  pageSize: 50,
  openAs: 'event',
});

/** The filter that the API is asked with. */
export function toEventsFilter(view: ViewOf<typeof eventsAddress>): EventsFilter {
  return {
    user: view.user || undefined,
    event_type: view.event_type || undefined,
    limit: view.page_size,
    offset: (view.page - 1) * view.page_size,
  };
}
