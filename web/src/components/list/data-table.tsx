import {
  flexRender,
  getCoreRowModel,
  useReactTable,
  type ColumnDef,
  type RowData,
} from '@tanstack/react-table';
import type { ReactNode } from 'react';
import { Table, TableCell, TableHead } from '@/components/ui/table';
import { cn } from '@/lib/class-names';

declare module '@tanstack/react-table' {
  // The type parameters are the library's; an augmentation must repeat them.
  interface ColumnMeta<TData extends RowData, TValue> {
    /** Classes of the column's cells, its head included. */
    className?: string;
    _row?: TData;
    _value?: TValue;
  }
}

/** Rows of the server's making, in the server's order. */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  rowId,
  rowProps,
  onRowClick,
}: {
  caption: string;
  columns: ColumnDef<Row>[];
  rows: Row[];
  rowId: (row: Row) => string;
  rowProps?: (row: Row) => { selected?: boolean; arrived?: boolean };
  /** A convenience for pointers; the same must be reachable by a link or button in the row. */
  onRowClick?: (row: Row) => void;
}): ReactNode {
  'use no memo'; // The table object changes in place, which memoised components would not see.
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is memoised, see above
  const table = useReactTable({ data: rows, columns, getCoreRowModel: getCoreRowModel(), getRowId: rowId });
  return (
    <div className="relative overflow-x-auto">
      <Table>
        <caption className="sr-only">{caption}</caption>
        <thead className="border-y bg-muted/50">
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => (
                <TableHead key={header.id} className={header.column.columnDef.meta?.className}>
                  {flexRender(header.column.columnDef.header, header.getContext())}
                </TableHead>
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => {
            const { selected = false, arrived = false } = rowProps?.(row.original) ?? {};
            return (
              <tr
                key={row.id}
                data-row={row.id}
                data-selected={selected || undefined}
                className={cn(
                  'border-b last:border-b-0 hover:bg-accent/60 data-selected:bg-accent',
                  onRowClick && 'cursor-pointer',
                  arrived && 'animate-arrive',
                )}
                onClick={(event) => {
                  if (event.target instanceof Element && event.target.closest('a, button')) return;
                  // Marking text to copy it must not open the row.
                  if (window.getSelection()?.isCollapsed === false) return;
                  onRowClick?.(row.original);
                }}
              >
                {row.getVisibleCells().map((cell) => (
                  <TableCell key={cell.id} className={cell.column.columnDef.meta?.className}>
                    {flexRender(cell.column.columnDef.cell, cell.getContext())}
                  </TableCell>
                ))}
              </tr>
            );
          })}
        </tbody>
      </Table>
    </div>
  );
}
