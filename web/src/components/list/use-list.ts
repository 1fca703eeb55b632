import { useQuery, useQueryClient, type QueryKey, type UseQueryOptions } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiProblem } from '@/lib/api/problem';
import { useAddress, type Change, type ChangeOptions } from '@/lib/address';
import type { LiveMessages } from '@/lib/live/live-stream';
import { useLiveMessage } from '@/lib/live/use-live-message';
import { isBeingRead, useHeldRefresh } from '@/lib/live/use-held-refresh';
import type { ListAddress, ListView } from './list-address';

/** What a row of a list has at least. */
export interface Row {
  id: number | string;
}

/** One page of a list. */
export interface ListPage<Item extends Row> {
  items: Item[];
  /** Rows on all pages; absent where they are not counted. */
  total?: number;
  /** Whether there is a further page, where rows are not counted. */
  hasNext?: boolean;
}

/** The state of a list: what its address says, the page that is shown, and what has arrived since. */
export type List<View extends ListView, Item extends Row, Page extends ListPage<Item>> = ReturnType<
  typeof useList<View, Item, Page, QueryKey>
>;

/** Keeps a list: its state stands in the address, its rows come from the query. */
export function useList<
  View extends ListView,
  Item extends Row,
  Page extends ListPage<Item>,
  Key extends QueryKey,
>({
  address,
  listKey,
  query: queryOf,
}: {
  address: ListAddress<View>;
  /** Every query of the list begins with this key. */
  listKey: QueryKey;
  /** The query of the page that a view describes. */
  query: (view: View) => UseQueryOptions<Page, ApiProblem, Page, Key>;
}) {
  const { view, change, searchFor } = useAddress<View>(address);
  const query = useQuery(queryOf(view));
  const queryClient = useQueryClient();
  const [panel, setPanel] = useState<HTMLElement | null>(null);
  const [rows, setRows] = useState<HTMLElement | null>(null);
  const page = query.data;

  const shown = JSON.stringify({ ...view, open: null });
  const { waiting, note, clear } = useHeldRefresh({
    listKey: shown,
    isReading: () => address.isLaterPage(view) || view.open !== null || isBeingRead(rows),
    refresh: () => query.refetch(),
  });

  const go = change as (part: Change<ListView>, options?: ChangeOptions) => void;

  // The highest id of the first page that was seen: what comes later is marked for a moment. Ids that are no numbers
  // have no order, so nothing is marked.
  const [seen, setSeen] = useState<number | undefined>();
  const newest = page && Math.max(0, ...page.items.map(({ id }) => Number(id)));
  if (seen === undefined && newest !== undefined) setSeen(newest);

  return {
    address,
    view,
    change,
    searchFor,
    query,
    page,
    /** Names what the list shows, without the row that is open. */
    shown,
    setPanel,
    setRows,
    waiting,
    note,
    clearFilters: () => change(address.cleared),
    goToPage: (to: number) => go({ page: to }),
    setPageSize: (size: number) => go({ page_size: size }),
    open: (id: number | null, options?: ChangeOptions) => go({ open: id }, options),
    hrefOf: (id: number) => searchFor({ open: id } as Change<View>),
    hasArrived: ({ id }: Row) => seen !== undefined && Number(id) > seen,
    /** Goes to what has arrived. */
    showArrivals: async () => {
      clear();
      go({ page: 1, open: null });
      await queryClient.invalidateQueries({ queryKey: listKey });
      panel?.scrollIntoView({ block: 'start' });
    },
  };
}

/**
 * Notes what a live message adds to a list: a number of rows, or null where the number is not known. It is shown when
 * the list is not being read. After a gap in the messages the list is fetched in the same way.
 */
export function useArrivals<Name extends keyof LiveMessages>(
  { note }: { note: (count?: number) => void },
  name: Name,
  added: (message: LiveMessages[Name]) => number | null,
): void {
  useLiveMessage(name, (message) => {
    const count = added(message);
    if (count !== 0) note(count ?? undefined);
  });
  useLiveMessage('gap', () => note());
}
