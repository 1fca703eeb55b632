import type { ColumnDef } from '@tanstack/react-table';
import { FilterX, X } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { ArrivalsPill } from '@/components/arrivals-pill';
import { EmptyState } from '@/components/states/empty-state';
import { ProblemCard } from '@/components/states/problem-card';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { cn } from '@/lib/class-names';
import { countOf, plural } from '@/lib/numbers';
import type { ListView } from './list-address';
import { ListRows } from './list-rows';
import { Pagination } from './pagination';
import type { RowTarget } from './row-link';
import { TableSkeleton } from './table-skeleton';
import type { List, ListPage, Row } from './use-list';

/**
 * A list with its filters and pages, and everything that can be said in place of rows: that they are on their way, that
 * they could not be loaded, that there are none and why.
 */
export function ListPanel<View extends ListView, Item extends Row, Page extends ListPage<Item>>({
  list,
  noun,
  caption,
  header,
  filters,
  columns,
  card,
  target,
  unknownArrivals = 'Refresh the list',
  noMatch,
  none,
  note,
  pagination,
  children,
}: {
  list: List<View, Item, Page>;
  /** What a row is: `finding`. */
  noun: string;
  /** Names the table. */
  caption: string;
  header?: ReactNode;
  filters: ReactNode;
  columns: ColumnDef<Item>[];
  /** A row where there is no room for columns. */
  card: (row: Item) => ReactNode;
  /** Where a row leads to; without one it opens in the list, and with null it leads nowhere. */
  target?: ((id: number | string) => RowTarget) | null;
  /** Offers to show what has arrived, where the number is not known. */
  unknownArrivals?: string;
  /** How the filters compare, for those that find nothing. */
  noMatch?: string;
  /** What is shown while there are no rows at all. */
  none: ReactNode;
  /** Stands below the rows, or below the sentence that there are none. */
  note?: ReactNode;
  /** Stands below the rows, where they do not come in numbered pages. */
  pagination?: ReactNode;
  /** The details of the open row. */
  children?: ReactNode;
}) {
  const { address, view, query, page, waiting, setPanel, setRows, clearFilters } = list;
  const nouns = plural(noun);
  const filtered = address.isFiltered(view);
  const hasRows = page !== undefined && page.items.length > 0;
  const beyondLastPage = !hasRows && (page?.total === undefined ? address.isLaterPage(view) : page.total > 0);
  return (
    <Card ref={setPanel} className="scroll-mt-18">
      {header}
      <div
        role="search"
        aria-label={`Filter ${nouns}`}
        className="grid grid-cols-2 items-center gap-2 px-4 py-3.5 sm:flex sm:flex-wrap sm:px-5"
      >
        {filters}
        {filtered && (
          <Button variant="ghost" className="max-sm:order-2 max-sm:col-span-2" onClick={clearFilters}>
            <X aria-hidden />
            Clear filters
          </Button>
        )}
      </div>
      <Announcement list={list} noun={noun} />
      <ArrivalsPill
        text={waiting && (waiting.exact ? countOf(waiting.count, `new ${noun}`) : unknownArrivals)}
        onShow={() => void list.showArrivals()}
      />
      <div ref={setRows} aria-busy={query.isFetching} className={cn(query.isPlaceholderData && 'opacity-60')}>
        {hasRows ? (
          <ListRows
            rows={page.items}
            label={capitalised(nouns)}
            caption={caption}
            columns={columns}
            card={card}
            openId={view.open}
            hasArrived={list.hasArrived}
            target={
              target === undefined
                ? (id) => ({ to: { search: list.hrefOf(Number(id)) }, preventScrollReset: true })
                : target
            }
          />
        ) : query.isError ? (
          <div className="border-t p-4 sm:p-5">
            <ProblemCard
              plain
              problem={query.error}
              what={`the ${nouns}`}
              onRetry={() => void query.refetch()}
              retrying={query.isFetching}
            />
          </div>
        ) : page === undefined ? (
          <TableSkeleton rows={Math.min(view.page_size, 10)} label={`Loading ${nouns}`} />
        ) : beyondLastPage ? (
          <NoRows
            title="There is nothing on this page"
            wayOut="Go to the first page"
            onWayOut={() => list.goToPage(1)}
          >
            The list is shorter than that.
          </NoRows>
        ) : filtered ? (
          <NoRows title={`No ${nouns} match these filters`} wayOut="Clear filters" onWayOut={clearFilters}>
            {noMatch}
          </NoRows>
        ) : (
          none
        )}
      </div>
      {note}
      {(hasRows || beyondLastPage) && pagination}
      {pagination === undefined && page && (hasRows || beyondLastPage) && (
        <Pagination
          noun={noun}
          page={view.page}
          pageSize={view.page_size}
          pageSizes={address.pageSizes}
          shown={page.items.length}
          total={page.total}
          hasNext={page.hasNext ?? view.page * view.page_size < (page.total ?? 0)}
          onPage={list.goToPage}
          onPageSize={list.setPageSize}
        />
      )}
      {children}
    </Card>
  );
}

/** Reads out how long the list is, once for each list: a count that moves by itself would never stop talking. */
function Announcement<View extends ListView, Item extends Row, Page extends ListPage<Item>>({
  list: { page, query, shown },
  noun,
}: {
  list: List<View, Item, Page>;
  noun: string;
}) {
  const [announced, setAnnounced] = useState({ shown: '', text: '' });
  if (page && !query.isPlaceholderData && announced.shown !== shown) {
    const count = page.total ?? page.items.length;
    setAnnounced({ shown, text: count === 0 ? `No ${plural(noun)}` : countOf(count, noun) });
  }
  return (
    <p role="status" className="sr-only">
      {announced.text}
    </p>
  );
}

function NoRows({
  title,
  wayOut,
  onWayOut,
  children,
}: {
  title: string;
  wayOut: string;
  onWayOut: () => void;
  children?: ReactNode;
}) {
  return (
    <EmptyState
      icon={FilterX}
      title={title}
      className="border-t"
      action={
        <Button variant="outline" size="sm" onClick={onWayOut}>
          {wayOut}
        </Button>
      }
    >
      {children}
    </EmptyState>
  );
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
