import { createColumnHelper, type ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { DataTable } from '@/components/data-table/data-table';
import { Moment } from '@/components/moment';
import { Untrusted } from '@/components/untrusted';
import { cn } from '@/lib/class-names';
import { revealInvisible } from '@/lib/untrusted-text';
import { useMediaQuery } from '@/lib/use-media-query';
import type { StoredEvent } from '../api/get-events';

const column = createColumnHelper<StoredEvent>();
/** Characters of raw data that fit beside the other columns. */
const PREVIEW = 140;

/** Events: a table where there is room, else one card each. */
export function EventsList({
  events,
  openId,
  arrivedAfter,
  hrefOf,
  onOpen,
}: {
  events: StoredEvent[];
  openId: number | undefined;
  /** Events with a higher id came while the page was open. */
  arrivedAfter: number;
  hrefOf: (id: number) => string;
  onOpen: (id: number) => void;
}) {
  const roomy = useMediaQuery('(min-width: 768px)');
  const columns = useMemo(() => eventColumns(hrefOf), [hrefOf]);
  if (roomy) {
    return (
      <DataTable
        caption="Events, the newest first"
        columns={columns}
        rows={events}
        rowId={({ id }) => String(id)}
        rowProps={({ id }) => ({ selected: id === openId, arrived: id > arrivedAfter })}
        onRowClick={({ id }) => onOpen(id)}
      />
    );
  }
  return (
    <ul aria-label="Events" className="border-t">
      {events.map((event) => (
        <li
          key={event.id}
          data-row={event.id}
          className={cn(
            'relative border-b px-4 py-2.5 last:border-b-0',
            event.id > arrivedAfter && 'animate-arrive',
          )}
        >
          <div className="flex items-baseline justify-between gap-3">
            <Link
              to={{ search: hrefOf(event.id) }}
              preventScrollReset
              className="min-w-0 font-mono text-[0.8125rem] wrap-anywhere outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-ring"
            >
              <Untrusted>{event.event_type}</Untrusted>
            </Link>
            <Moment
              exact
              iso={event.timestamp}
              className="shrink-0 text-xs text-muted-foreground tabular-nums"
            />
          </div>
          <p className="text-xs wrap-anywhere text-muted-foreground">
            <Untrusted>{event.user}</Untrusted> · <Untrusted>{event.source}</Untrusted>
          </p>
        </li>
      ))}
    </ul>
  );
}

function eventColumns(hrefOf: (id: number) => string): ColumnDef<StoredEvent>[] {
  return [
    column.display({
      id: 'timestamp',
      header: 'Happened',
      meta: { className: 'whitespace-nowrap tabular-nums pl-4 sm:pl-5' },
      cell: ({ row }) => <Moment exact iso={row.original.timestamp} />,
    }),
    column.display({
      id: 'event_type',
      header: 'Type',
      meta: { className: 'max-w-72' },
      cell: ({ row }) => (
        <Link
          to={{ search: hrefOf(row.original.id) }}
          preventScrollReset
          title={revealInvisible(row.original.event_type)}
          className="block truncate font-mono text-[0.8125rem] underline-offset-4 hover:underline"
        >
          <Untrusted>{row.original.event_type}</Untrusted>
        </Link>
      ),
    }),
    column.display({
      id: 'user',
      header: 'User',
      meta: { className: 'max-w-48' },
      cell: ({ row }) => (
        <span className="block truncate" title={revealInvisible(row.original.user)}>
          <Untrusted>{row.original.user}</Untrusted>
        </span>
      ),
    }),
    column.display({
      id: 'raw_data',
      header: 'Raw data',
      meta: { className: 'w-full max-w-0' },
      cell: ({ row }) => (
        <span className="block truncate font-mono text-xs text-muted-foreground">
          <Untrusted>{preview(row.original.raw_data)}</Untrusted>
        </span>
      ),
    }),
    column.display({
      id: 'source',
      header: 'Source',
      meta: { className: 'max-w-40 pr-4 sm:pr-5' },
      cell: ({ row }) => (
        <span className="block truncate text-muted-foreground" title={revealInvisible(row.original.source)}>
          <Untrusted>{row.original.source}</Untrusted>
        </span>
      ),
    }),
  ];
}

/** The first fields of a record, without writing out all of a large one. */
function preview(record: Record<string, unknown>): string {
  let text = '';
  for (const [name, value] of Object.entries(record)) {
    const shown =
      typeof value === 'object' && value !== null
        ? Array.isArray(value)
          ? '[…]'
          : '{…}'
        : String(value).slice(0, 60);
    text += `${text === '' ? '' : ', '}${name}: ${shown}`;
    if (text.length > PREVIEW) break;
  }
  return text;
}
