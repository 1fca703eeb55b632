import { useQuery, useQueryClient } from '@tanstack/react-query';
import { FilterX, SearchCheck, Unplug } from 'lucide-react';
import { useCallback, useEffect, useEffectEvent, useRef, useState, type ReactNode } from 'react';
import { ArrivalsPill } from '@/components/arrivals-pill';
import { Pagination } from '@/components/data-table/pagination';
import { TableSkeleton } from '@/components/data-table/table-skeleton';
import { EmptyState } from '@/components/states/empty-state';
import { ProblemCard } from '@/components/states/problem-card';
import { PushEventsHint } from '@/components/states/push-events-hint';
import { Button } from '@/components/ui/button';
import { Card, CardHeader, CardTitle } from '@/components/ui/card';
import { cn } from '@/lib/class-names';
import { useLiveStream } from '@/lib/live/live-context';
import type { LiveFinding } from '@/lib/live/live-stream';
import { isBeingRead, useHeldRefresh } from '@/lib/live/use-held-refresh';
import { countOf } from '@/lib/numbers';
import type { Severity } from '@/lib/severity';
import { findingsQuery, FINDINGS_KEY } from '../api/get-findings';
import { isFiltered, PAGE_SIZES, toFilter, wouldShow } from '../findings-view';
import { useFindingsView } from '../use-findings-view';
import { useToday } from '../use-today';
import { FindingSheet } from './finding-sheet';
import { FindingsList } from './findings-list';
import { FindingsToolbar, NO_FILTERS } from './findings-toolbar';

/** The list of findings with its filters, pages and details; everything about it stands in the address. */
export function FindingsPanel({
  totals,
  actions,
}: {
  /** What is known about all findings and events, for the filter's counts and the empty states. */
  totals?: { events: number; bySeverity: Readonly<Record<Severity, number>> };
  actions?: ReactNode;
}) {
  const { view, change, searchFor } = useFindingsView();
  const today = useToday();
  const filter = toFilter(view, today);
  const query = useQuery(findingsQuery(filter));
  const queryClient = useQueryClient();
  const panel = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const page = query.data;

  const listKey = JSON.stringify(filter);

  const { waiting, note, clear } = useHeldRefresh({
    listKey,
    isReading: () => view.page > 1 || view.open !== undefined || isBeingRead(list.current),
    refresh: () => query.refetch(),
  });
  const stream = useLiveStream();
  const onFinding = useEffectEvent((finding: LiveFinding) => {
    if (finding.revision === 1 && wouldShow(view, finding, Date.now())) note(1);
  });
  useEffect(() => stream.on('finding', (finding) => onFinding(finding)), [stream]);
  // After a gap nobody knows what is new: fetch, and let the held refresh decide when.
  useEffect(() => stream.on('gap', () => note()), [stream, note]);

  // The highest id of the first page that was seen: what comes later is marked for a moment.
  const [seen, setSeen] = useState<number | undefined>();
  const newest = page?.items.reduce((highest, { id }) => Math.max(highest, id), 0);
  if (seen === undefined && newest !== undefined) setSeen(newest);

  // Said once for each list: a count that moves by itself would never stop talking.
  const [announced, setAnnounced] = useState({ listKey: '', text: '' });
  if (page && !query.isPlaceholderData && announced.listKey !== listKey) {
    setAnnounced({ listKey, text: page.total === 0 ? 'No findings' : countOf(page.total, 'finding') });
  }

  const showArrivals = async () => {
    clear();
    change({ page: 1, open: undefined });
    await queryClient.invalidateQueries({ queryKey: FINDINGS_KEY });
    panel.current?.scrollIntoView({ block: 'start' });
  };
  const hrefOf = useCallback((id: number) => searchFor({ open: id }), [searchFor]);

  return (
    <Card ref={panel} className="scroll-mt-18">
      <CardHeader>
        <CardTitle id="findings">Findings</CardTitle>
        <div className="ml-auto flex flex-wrap items-center justify-end gap-2">{actions}</div>
      </CardHeader>
      <FindingsToolbar view={view} counts={totals?.bySeverity} onChange={change} />
      <p role="status" className="sr-only">
        {announced.text}
      </p>
      <ArrivalsPill
        text={waiting && (waiting.exact ? countOf(waiting.count, 'new finding') : 'Refresh the list')}
        onShow={() => void showArrivals()}
      />
      <div ref={list} aria-busy={query.isFetching} className={cn(query.isPlaceholderData && 'opacity-60')}>
        {page && page.items.length > 0 ? (
          <FindingsList
            findings={page.items}
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
              what="the findings"
              onRetry={() => void query.refetch()}
              retrying={query.isFetching}
            />
          </div>
        ) : page ? (
          <NoFindings
            filtered={isFiltered(view)}
            beyondLastPage={page.total > 0}
            events={totals?.events}
            onClear={() => change(NO_FILTERS)}
            onFirstPage={() => change({ page: 1 })}
          />
        ) : (
          <TableSkeleton rows={Math.min(view.pageSize, 10)} label="Loading findings" />
        )}
      </div>
      {page && page.total > 0 && (
        <Pagination
          noun="finding"
          page={view.page}
          pageSize={view.pageSize}
          pageSizes={PAGE_SIZES}
          shown={page.items.length}
          total={page.total}
          hasNext={view.page * view.pageSize < page.total}
          onPage={(next) => change({ page: next })}
          onPageSize={(pageSize) => change({ pageSize })}
        />
      )}
      <FindingSheet
        id={view.open}
        neighbours={page?.items ?? []}
        onOpen={(id, options) => change({ open: id }, options)}
        onClose={() => change({ open: undefined })}
      />
    </Card>
  );
}

/** The reasons for an empty list are told apart: each has another way out. */
function NoFindings({
  filtered,
  beyondLastPage,
  events,
  onClear,
  onFirstPage,
}: {
  filtered: boolean;
  beyondLastPage: boolean;
  events: number | undefined;
  onClear: () => void;
  onFirstPage: () => void;
}) {
  if (beyondLastPage) {
    return (
      <EmptyState
        icon={FilterX}
        title="There is nothing on this page"
        className="border-t"
        action={
          <Button variant="outline" size="sm" onClick={onFirstPage}>
            Go to the first page
          </Button>
        }
      >
        The list is shorter than that.
      </EmptyState>
    );
  }
  if (filtered) {
    return (
      <EmptyState
        icon={FilterX}
        title="No findings match these filters"
        className="border-t"
        action={
          <Button variant="outline" size="sm" onClick={onClear}>
            Clear filters
          </Button>
        }
      >
        Users and rules are compared as a whole; days are UTC days.
      </EmptyState>
    );
  }
  if (events === 0) {
    return (
      <EmptyState icon={Unplug} title="No events yet" className="border-t" action={<PushEventsHint />}>
        Findings appear here as soon as events arrive that a rule has something to say about. This one does:
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={SearchCheck} title="No findings" className="border-t">
      {events === undefined
        ? 'No rule has found anything so far.'
        : `${countOf(events, 'event')} checked; no rule has found anything so far.`}
    </EmptyState>
  );
}
