import { createColumnHelper, type ColumnDef } from '@tanstack/react-table';
import { RowLink } from '@/components/list/row-link';
import { Truncated } from '@/components/list/truncated';
import { Moment } from '@/components/moment';
import { Untrusted } from '@/components/untrusted';
import { revealInvisible } from '@/lib/untrusted-text';
import type { StoredEvent } from '../api/get-events';

const column = createColumnHelper<StoredEvent>();
/** Characters of raw data that fit beside the other columns. */
const PREVIEW = 140;

/** The columns of the table of events. */
export const EVENT_COLUMNS: ColumnDef<StoredEvent>[] = [
  column.display({
    id: 'timestamp',
    header: 'Happened',
    meta: { className: 'whitespace-nowrap tabular-nums' },
    cell: ({ row }) => <Moment exact iso={row.original.timestamp} />,
  }),
  column.display({
    id: 'event_type',
    header: 'Type',
    meta: { className: 'max-w-72' },
    cell: ({ row: { original: event } }) => (
      <RowLink
        id={event.id}
        title={revealInvisible(event.event_type)}
        className="block font-mono text-[0.8125rem]"
      >
        <Untrusted>{event.event_type}</Untrusted>
      </RowLink>
    ),
  }),
  column.display({
    id: 'user',
    header: 'User',
    meta: { className: 'max-w-48' },
    cell: ({ row }) => <Truncated>{row.original.user}</Truncated>,
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
    meta: { className: 'max-w-40 text-muted-foreground' },
    cell: ({ row }) => <Truncated>{row.original.source}</Truncated>,
  }),
];

/** An event where there is no room for columns. */
export function EventCard({ event }: { event: StoredEvent }) {
  return (
    <>
      <div className="flex items-baseline justify-between gap-3">
        <RowLink card id={event.id} className="min-w-0 font-mono text-[0.8125rem]">
          <Untrusted>{event.event_type}</Untrusted>
        </RowLink>
        <Moment exact iso={event.timestamp} className="shrink-0 text-xs text-muted-foreground tabular-nums" />
      </div>
      <p className="text-xs wrap-anywhere text-muted-foreground">
        <Untrusted>{event.user}</Untrusted> · <Untrusted>{event.source}</Untrusted>
      </p>
    </>
  );
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
