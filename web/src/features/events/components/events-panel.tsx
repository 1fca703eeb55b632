import { Unplug } from 'lucide-react';
import { ListPanel } from '@/components/list/list-panel';
import { OlderPages } from '@/components/list/older-pages';
import { TextFilter } from '@/components/list/text-filter';
import { useArrivals, useList } from '@/components/list/use-list';
import { EmptyState } from '@/components/states/empty-state';
import { PushEventsHint } from '@/components/states/push-events-hint';
import { Moment } from '@/components/moment';
import { Button } from '@/components/ui/button';
import { countOf } from '@/lib/numbers';
import { EVENTS_KEY, eventsQuery } from '../api/get-events';
import { eventsAddress, toEventsFilter } from '../events-view';
import { EVENT_COLUMNS, EventCard } from './event-columns';
import { EventSheet } from './event-sheet';
import { SearchField } from './search-field';

/** The list of events, the newest first, with its filters, pages and details. */
export function EventsPanel() {
  const list = useList({
    address: eventsAddress,
    listKey: EVENTS_KEY,
    query: (view) => eventsQuery(toEventsFilter(view)),
  });
  // The message does not say which of the new events the filters would show, so no number is claimed.
  useArrivals(list, 'events', () => null);
  const events = list.page?.items ?? [];
  const { next = null, searchedBackTo = null } = list.page ?? {};
  const problem = list.query.error;
  const goOn = next === null ? null : () => list.change({ cursor: next });
  return (
    <ListPanel
      list={list}
      noun="event"
      caption="Events, the newest first"
      unknownArrivals="New events"
      filters={
        <>
          <SearchField
            label="Search events"
            placeholder="Search, such as ip:203.0.113.11"
            value={list.view.q}
            fault={problem?.code === 'SEARCH.INVALID_QUERY' ? problem.detail : undefined}
            onChange={(q) => list.change({ q })}
            className="max-sm:col-span-2 sm:min-w-80 sm:flex-1"
          />
          <TextFilter
            label="Event type"
            placeholder="Any event type"
            value={list.view.event_type}
            suggestions={events.map(({ event_type }) => event_type)}
            onChange={(event_type) => list.change({ event_type })}
            className="max-sm:col-span-2 sm:w-60"
          />
          <TextFilter
            label="User"
            placeholder="Any user"
            value={list.view.user}
            suggestions={events.map(({ user }) => user)}
            onChange={(user) => list.change({ user })}
            className="max-sm:col-span-2 sm:w-44"
          />
        </>
      }
      columns={EVENT_COLUMNS}
      card={(event) => <EventCard event={event} />}
      noMatch="Types, users and values in a search are compared as a whole: pay* finds what begins with pay."
      none={
        <EmptyState icon={Unplug} title="No events yet" className="border-t" action={<PushEventsHint />}>
          Push a first one; it appears here within a second.
        </EmptyState>
      }
      note={
        searchedBackTo !== null && (
          <div
            role="status"
            className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t bg-muted/50 px-4 py-2.5 text-[0.8125rem] sm:px-5"
          >
            <p>
              Searched back to <Moment exact iso={searchedBackTo} className="font-medium tabular-nums" />; the
              time for a search was up.
            </p>
            {goOn !== null && (
              <Button variant="outline" size="sm" onClick={goOn}>
                Continue
              </Button>
            )}
          </div>
        )
      }
      pagination={
        <OlderPages
          noun="event"
          shown={countOf(events.length, 'event')}
          pageSize={list.view.page_size}
          pageSizes={eventsAddress.pageSizes}
          onNewest={list.view.cursor === '' ? null : () => list.change({ cursor: null })}
          onOlder={goOn}
          onPageSize={list.setPageSize}
        />
      }
    >
      <EventSheet id={list.view.open} rows={events} onOpen={list.open} />
    </ListPanel>
  );
}
