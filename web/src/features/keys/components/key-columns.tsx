import { createColumnHelper, type ColumnDef } from '@tanstack/react-table';
import { Moment } from '@/components/moment';
import { Badge } from '@/components/ui/badge';
import { Untrusted } from '@/components/untrusted';
import { revealInvisible } from '@/lib/untrusted-text';
import type { Key } from '../api/keys';
import { RevokeKey } from './revoke-key';

const column = createColumnHelper<Key>();

/** The columns of the table of keys. */
export const KEY_COLUMNS: ColumnDef<Key>[] = [
  column.display({
    id: 'name',
    header: 'Key',
    meta: { className: 'w-full max-w-0' },
    cell: ({ row: { original: key } }) => (
      <>
        <Untrusted className="block truncate font-medium">{key.name}</Untrusted>
        <span className="block truncate font-mono text-xs text-muted-foreground">{key.id}</span>
      </>
    ),
  }),
  column.display({
    id: 'scopes',
    header: 'May',
    meta: { className: 'max-w-64' },
    cell: ({ row }) => <May apiKey={row.original} />,
  }),
  column.display({
    id: 'state',
    header: 'State',
    meta: { className: 'whitespace-nowrap tabular-nums' },
    cell: ({ row }) => <KeyState apiKey={row.original} />,
  }),
  column.display({
    id: 'last_used_at',
    header: 'Last used',
    meta: { className: 'whitespace-nowrap tabular-nums' },
    cell: ({ row }) => <LastUsed apiKey={row.original} />,
  }),
  column.display({
    id: 'created_by',
    header: 'Made by',
    meta: { className: 'hidden max-w-40 text-muted-foreground lg:table-cell' },
    cell: ({ row }) => (
      <span className="block truncate" title={revealInvisible(row.original.created_by)}>
        <Untrusted>{row.original.created_by}</Untrusted> <Moment iso={row.original.created_at} />
      </span>
    ),
  }),
  column.display({
    id: 'actions',
    header: () => <span className="sr-only">Actions</span>,
    meta: { className: 'text-right' },
    cell: ({ row }) => <RevokeKey apiKey={row.original} />,
  }),
];

/** A key where there is no room for columns. */
export function KeyCard({ apiKey }: { apiKey: Key }) {
  return (
    <div className="flex items-start justify-between gap-3">
      <div className="min-w-0 space-y-1.5">
        <div>
          <Untrusted className="block font-medium wrap-anywhere">{apiKey.name}</Untrusted>
          <span className="block font-mono text-xs wrap-anywhere text-muted-foreground">{apiKey.id}</span>
        </div>
        <May apiKey={apiKey} />
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted-foreground tabular-nums">
          <KeyState apiKey={apiKey} />
          <span>
            Last used: <LastUsed apiKey={apiKey} />
          </span>
        </p>
      </div>
      <RevokeKey apiKey={apiKey} />
    </div>
  );
}

function May({ apiKey: { scopes, allowed_sources } }: { apiKey: Key }) {
  return (
    <span className="flex flex-wrap gap-1">
      {scopes.map((scope) => (
        <Badge key={scope} className="font-mono font-normal">
          {scope}
        </Badge>
      ))}
      {allowed_sources !== null && (
        <span className="text-xs text-muted-foreground">
          for{' '}
          <Untrusted className="wrap-anywhere">
            {allowed_sources.length === 0 ? 'no source' : allowed_sources.join(', ')}
          </Untrusted>
        </span>
      )}
    </span>
  );
}

function KeyState({ apiKey: { state, expires_at, revoked_at } }: { apiKey: Key }) {
  if (state === 'revoked') {
    return (
      <span className="text-muted-foreground">
        Revoked {revoked_at !== null && <Moment iso={revoked_at} />}
      </span>
    );
  }
  if (state === 'expired') {
    return (
      <span className="text-high">
        Expired <Moment iso={expires_at} />
      </span>
    );
  }
  return (
    <span>
      Until <Moment exact iso={expires_at} />
    </span>
  );
}

function LastUsed({ apiKey: { last_used_at } }: { apiKey: Key }) {
  return last_used_at === null ? (
    <span className="text-muted-foreground">never</span>
  ) : (
    <Moment iso={last_used_at} />
  );
}
