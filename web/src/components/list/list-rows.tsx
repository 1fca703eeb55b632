import type { ColumnDef } from '@tanstack/react-table';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { cn } from '@/lib/class-names';
import { useMediaQuery } from '@/lib/use-media-query';
import { DataTable } from './data-table';
import { RowTargets, type RowTarget } from './row-link';
import type { Row } from './use-list';

/** Rows that lead nowhere have no links. */
const NOWHERE = () => ({ to: '' });

/** The rows of a list: a table where there is room, else one card each. */
export function ListRows<Item extends Row>({
  rows,
  label,
  caption,
  columns,
  card,
  openId,
  hasArrived,
  target,
}: {
  rows: Item[];
  label: string;
  caption: string;
  columns: ColumnDef<Item>[];
  card: (row: Item) => ReactNode;
  openId: number | null;
  hasArrived: (row: Item) => boolean;
  /** Null where rows lead nowhere. */
  target: ((id: number | string) => RowTarget) | null;
}) {
  const roomy = useMediaQuery('(min-width: 768px)');
  const navigate = useNavigate();
  return (
    <RowTargets value={target ?? NOWHERE}>
      {roomy ? (
        <DataTable
          caption={caption}
          columns={columns}
          rows={rows}
          rowId={({ id }) => String(id)}
          rowProps={(row) => ({ selected: row.id === openId, arrived: hasArrived(row) })}
          onRowClick={
            target === null
              ? undefined
              : ({ id }) => {
                  const { to, ...options } = target(id);
                  void navigate(to, { ...options, flushSync: true });
                }
          }
        />
      ) : (
        <ul aria-label={label} className="border-t">
          {rows.map((row) => (
            <li
              key={row.id}
              data-row={row.id}
              className={cn(
                'relative border-b px-4 py-3 last:border-b-0',
                hasArrived(row) && 'animate-arrive',
              )}
            >
              {card(row)}
            </li>
          ))}
        </ul>
      )}
    </RowTargets>
  );
}
