import { Unplug } from 'lucide-react';
import { ListPanel } from '@/components/list/list-panel';
import { TextFilter } from '@/components/list/text-filter';
import { useArrivals, useList } from '@/components/list/use-list';
import { EmptyState } from '@/components/states/empty-state';
import { PushEventsHint } from '@/components/states/push-events-hint';
import { EVENTS_KEY, eventsQuery } from '../api/get-events';
import { eventsAddress, toEventsFilter } from '../events-view';
import { EVENT_COLUMNS, EventCard } from './event-columns';
import { EventSheet } from './event-sheet';

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
  return (
    <ListPanel
      list={list}
      noun="event"
      caption="Events, the newest first"
      unknownArrivals="New events"
      filters={
        <>
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
      noMatch="Types and users are compared as a whole."
      none={
        <EmptyState icon={Unplug} title="No events yet" className="border-t" action={<PushEventsHint />}>
          Push a first one; it appears here within a second.
        </EmptyState>
      }
    >
      <EventSheet id={list.view.open} rows={events} onOpen={list.open} />
    </ListPanel>
  );
}
