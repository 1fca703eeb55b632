import { Table, TableCell, TableHead } from '@/components/ui/table';
import { formatBytes, formatCount } from '@/lib/numbers';
import type { Storage } from '../api/storage';
import { KIND_NAMES, keptFor } from '../kinds';

type Kind = Storage['kinds'][number];

/** What each kind of data takes; those that are counted by day also by month. */
export function KindsTable({ kinds }: { kinds: readonly Kind[] }) {
  return (
    <div tabIndex={0} role="region" aria-label="What takes room" className="mt-3 overflow-x-auto">
      <Table>
        <thead className="border-y">
          <tr>
            <TableHead>Kind</TableHead>
            <TableHead className="text-right">Size</TableHead>
            <TableHead className="text-right">Rows</TableHead>
            <TableHead className="max-sm:hidden">Oldest day</TableHead>
            <TableHead>Kept</TableHead>
          </tr>
        </thead>
        <tbody>
          {kinds.map((kind) => (
            <KindRows key={kind.kind} kind={kind} />
          ))}
        </tbody>
      </Table>
    </div>
  );
}

function KindRows({ kind }: { kind: Kind }) {
  return (
    <>
      <tr className="border-b">
        <TableCell className="font-medium">{KIND_NAMES[kind.kind]}</TableCell>
        <TableCell className="text-right whitespace-nowrap tabular-nums">{formatBytes(kind.bytes)}</TableCell>
        <TableCell className="text-right whitespace-nowrap tabular-nums">
          {kind.rows === null ? '–' : `${kind.rows_exact ? '' : 'about '}${formatCount(kind.rows)}`}
        </TableCell>
        <TableCell className="whitespace-nowrap tabular-nums max-sm:hidden">
          {kind.oldest_day ?? '–'}
        </TableCell>
        <TableCell className="whitespace-nowrap">
          {kind.kind === 'other' ? '–' : keptFor(kind.kept_days)}
        </TableCell>
      </tr>
      {kind.months.toReversed().map(({ month, rows, bytes }) => (
        <tr key={month} className="border-b text-xs text-muted-foreground">
          <TableCell className="py-1 pl-8 tabular-nums sm:first:pl-9">{month}</TableCell>
          <TableCell className="py-1 text-right whitespace-nowrap tabular-nums">
            {formatBytes(bytes)}
          </TableCell>
          <TableCell className="py-1 text-right tabular-nums">{formatCount(rows)}</TableCell>
          <TableCell className="py-1 max-sm:hidden" />
          <TableCell className="py-1" />
        </tr>
      ))}
    </>
  );
}
