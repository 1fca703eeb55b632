import { useQuery, useQueryClient } from '@tanstack/react-query';
import { FilterX, Unplug, X } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { ArrivalsPill } from '@/components/arrivals-pill';
import { Pagination } from '@/components/data-table/pagination';
import { TableSkeleton } from '@/components/data-table/table-skeleton';
import { TextFilter } from '@/components/data-table/text-filter';
import { EmptyState } from '@/components/states/empty-state';
import { ProblemCard } from '@/components/states/problem-card';
import { PushEventsHint } from '@/components/states/push-events-hint';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { cn } from '@/lib/class-names';
import { useLiveStream } from '@/lib/live/live-context';
import { isBeingRead, useHeldRefresh } from '@/lib/live/use-held-refresh';
import { EVENTS_KEY, eventsQuery } from '../api/get-events';
import { changeEventsView, EVENT_PAGE_SIZES, readEventsView, type EventsView } from '../events-view';
import { EventSheet } from './event-sheet';
import { EventsList } from './events-list';

/** The list of events, the newest first, with its filters, pages and details. */
export function EventsPanel() {
  const [params, setParams] = useSearchParams();
  const view = useMemo(() => readEventsView(params), [params]);
  const change = useCallback(
    (part: Partial<EventsView>, replace = false) =>
      setParams((current) => changeEventsView(current, part), {
        preventScrollReset: true,
        replace,
        flushSync: true,
      }),
    [setParams],
  );
  const hrefOf = useCallback(
    (id: number) => `?${changeEventsView(params, { open: id }).toString()}`,
    [params],
  );

  const filter = {
    user: view.user || undefined,
    event_type: view.eventType || undefined,
    limit: view.pageSize,
    offset: (view.page - 1) * view.pageSize,
  };
  const query = useQuery(eventsQuery(filter));
  const queryClient = useQueryClient();
  const list = useRef<HTMLDivElement>(null);
  const page = query.data;
  const { waiting, note, clear } = useHeldRefresh({
    listKey: JSON.stringify(filter),
    isReading: () => view.page > 1 || view.open !== undefined || isBeingRead(list.current),
    refresh: () => query.refetch(),
  });
  const stream = useLiveStream();
  useEffect(() => stream.on('events', () => note()), [stream, note]);
  useEffect(() => stream.on('gap', () => note()), [stream, note]);

  const [seen, setSeen] = useState<number | undefined>();
  const newest = page?.items.reduce((highest, { id }) => Math.max(highest, id), 0);
  if (seen === undefined && newest !== undefined) setSeen(newest);

  const showArrivals = async () => {
    clear();
    change({ page: 1, open: undefined });
    await queryClient.invalidateQueries({ queryKey: EVENTS_KEY });
    window.scrollTo({ top: 0 });
  };
  const filtered = view.user !== '' || view.eventType !== '';
  const clearFilters = () => change({ user: '', eventType: '' });
  const known = (values: string[] | undefined) => [...new Set(values)].sort();

  return (
    <Card>
      <div
        role="search"
        aria-label="Filter events"
        className="flex flex-wrap items-center gap-2 px-4 py-3.5 sm:px-5"
      >
        <TextFilter
          id="events-type"
          label="Event type"
          placeholder="Any event type"
          value={view.eventType}
          suggestions={known(page?.items.map(({ event_type }) => event_type))}
          onChange={(eventType) => change({ eventType })}
          className="w-60 max-sm:w-full"
        />
        <TextFilter
          id="events-user"
          label="User"
          placeholder="Any user"
          value={view.user}
          suggestions={known(page?.items.map(({ user }) => user))}
          onChange={(user) => change({ user })}
          className="w-44 max-sm:w-full"
        />
        {filtered && (
          <Button variant="ghost" onClick={clearFilters}>
            <X aria-hidden />
            Clear filters
          </Button>
        )}
      </div>
      {/* Which of the new events the filters would show is not known here, so no number is claimed. */}
      <ArrivalsPill text={waiting && 'New events'} onShow={() => void showArrivals()} />
      <div ref={list} aria-busy={query.isFetching} className={cn(query.isPlaceholderData && 'opacity-60')}>
        {page && page.items.length > 0 ? (
          <EventsList
            events={page.items}
            openId={view.open}
            arrivedAfter={seen ?? Infinity}
            hrefOf={hrefOf}
            onOpen={(id) => change({ open: id })}
          />
        ) : query.isError ? (
          <div className="border-t p-4 sm:p-5">
            <ProblemCard
              plain
              problem={query.error}
              what="the events"
              onRetry={() => void query.refetch()}
              retrying={query.isFetching}
            />
          </div>
        ) : !page ? (
          <TableSkeleton rows={10} label="Loading events" />
        ) : view.page > 1 ? (
          <EmptyState
            icon={FilterX}
            title="There is nothing on this page"
            className="border-t"
            action={
              <Button variant="outline" size="sm" onClick={() => change({ page: 1 })}>
                Go to the first page
              </Button>
            }
          />
        ) : filtered ? (
          <EmptyState
            icon={FilterX}
            title="No events match these filters"
            className="border-t"
            action={
              <Button variant="outline" size="sm" onClick={clearFilters}>
                Clear filters
              </Button>
            }
          >
            Types and users are compared as a whole.
          </EmptyState>
        ) : (
          <EmptyState icon={Unplug} title="No events yet" className="border-t" action={<PushEventsHint />}>
            Push a first one; it appears here within a second.
          </EmptyState>
        )}
      </div>
      {page && (page.items.length > 0 || view.page > 1) && (
        <Pagination
          noun="event"
          page={view.page}
          pageSize={view.pageSize}
          pageSizes={EVENT_PAGE_SIZES}
          shown={page.items.length}
          hasNext={page.hasNext}
          onPage={(next) => change({ page: next })}
          onPageSize={(pageSize) => change({ pageSize })}
        />
      )}
      <EventSheet
        id={view.open}
        neighbours={page?.items ?? []}
        onOpen={(id) => change({ open: id }, true)}
        onClose={() => change({ open: undefined })}
      />
    </Card>
  );
}
