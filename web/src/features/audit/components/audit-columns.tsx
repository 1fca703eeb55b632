import { createColumnHelper, type ColumnDef } from '@tanstack/react-table';
import { RowLink } from '@/components/list/row-link';
import { Truncated } from '@/components/list/truncated';
import { Moment } from '@/components/moment';
import { Untrusted } from '@/components/untrusted';
import type { AuditEntry } from '../api/audit';
import { inWords } from '../audit-view';

const column = createColumnHelper<AuditEntry>();
/** In place of what was erased. */
export const ERASED = '(erased)';

/** The columns of the audit trail. */
export const AUDIT_COLUMNS: ColumnDef<AuditEntry>[] = [
  column.display({
    id: 'at',
    header: 'When',
    meta: { className: 'whitespace-nowrap tabular-nums' },
    cell: ({ row }) => <Moment exact iso={row.original.at} />,
  }),
  column.display({
    id: 'actor',
    header: 'Who',
    meta: { className: 'max-w-48' },
    cell: ({ row }) => <Truncated>{row.original.actor.name ?? ERASED}</Truncated>,
  }),
  column.display({
    id: 'action',
    header: 'What',
    meta: { className: 'whitespace-nowrap' },
    cell: ({ row: { original: entry } }) => (
      <RowLink id={entry.id} className="font-medium">
        {inWords(entry.action)}
      </RowLink>
    ),
  }),
  column.display({
    id: 'object',
    header: 'Object',
    meta: { className: 'w-full max-w-0' },
    cell: ({ row }) => <Truncated>{objectOf(row.original)}</Truncated>,
  }),
  column.display({
    id: 'address',
    header: 'From',
    meta: { className: 'hidden max-w-44 text-muted-foreground lg:table-cell' },
    cell: ({ row }) => <Truncated>{row.original.address ?? ''}</Truncated>,
  }),
];

/** An entry where there is no room for columns. */
export function AuditCard({ entry }: { entry: AuditEntry }) {
  return (
    <>
      <div className="flex items-baseline justify-between gap-3">
        <RowLink card id={entry.id} className="min-w-0 font-medium">
          {inWords(entry.action)}
        </RowLink>
        <Moment exact iso={entry.at} className="shrink-0 text-xs text-muted-foreground tabular-nums" />
      </div>
      <p className="text-xs wrap-anywhere text-muted-foreground">
        <Untrusted>{entry.actor.name ?? ERASED}</Untrusted> · <Untrusted>{objectOf(entry)}</Untrusted>
      </p>
    </>
  );
}

/** What it was done to, in words. */
export function objectOf({ object: { type, name, id } }: Pick<AuditEntry, 'object'>): string {
  return `${inWords(type)} ${name ?? id}`;
}
