import { createColumnHelper, type ColumnDef } from '@tanstack/react-table';
import { ShieldCheck } from 'lucide-react';
import { Moment } from '@/components/moment';
import { Badge } from '@/components/ui/badge';
import { Untrusted } from '@/components/untrusted';
import { roleLabel } from '@/lib/access/roles';
import type { Person } from '../api/people';
import { PersonActions } from './person-actions';

const column = createColumnHelper<Person>();

/** The columns of the table of people. */
export const PERSON_COLUMNS: ColumnDef<Person>[] = [
  column.display({
    id: 'name',
    header: 'Person',
    meta: { className: 'w-full max-w-0' },
    cell: ({ row: { original: person } }) => (
      <>
        <span className="flex items-center gap-2">
          <Untrusted className="truncate font-medium">{person.name}</Untrusted>
          <TwoSteps person={person} />
        </span>
        <Untrusted className="block truncate text-xs text-muted-foreground">{person.email}</Untrusted>
      </>
    ),
  }),
  column.display({ id: 'role', header: 'Role', cell: ({ row }) => roleLabel(row.original.role) }),
  column.display({
    id: 'state',
    header: 'State',
    meta: { className: 'whitespace-nowrap' },
    cell: ({ row }) => <PersonState person={row.original} />,
  }),
  column.display({
    id: 'last_sign_in_at',
    header: 'Last sign-in',
    meta: { className: 'whitespace-nowrap tabular-nums' },
    cell: ({ row }) => <LastSignIn person={row.original} />,
  }),
  column.display({
    id: 'actions',
    header: () => <span className="sr-only">Actions</span>,
    meta: { className: 'text-right' },
    cell: ({ row }) => <PersonActions person={row.original} />,
  }),
];

/** A person where there is no room for columns. */
export function PersonCard({ person }: { person: Person }) {
  return (
    <div className="flex items-start justify-between gap-3">
      <div className="min-w-0">
        <p className="flex items-center gap-2">
          <Untrusted className="font-medium wrap-anywhere">{person.name}</Untrusted>
          <TwoSteps person={person} />
        </p>
        <Untrusted className="block text-xs wrap-anywhere text-muted-foreground">{person.email}</Untrusted>
        <p className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted-foreground">
          <span>{roleLabel(person.role)}</span>
          <PersonState person={person} />
          <span>
            Last sign-in: <LastSignIn person={person} />
          </span>
        </p>
      </div>
      <PersonActions person={person} />
    </div>
  );
}

function PersonState({ person: { state } }: { person: Person }) {
  if (state === 'active') return <Badge className="text-good">Active</Badge>;
  if (state === 'invited') return <Badge className="text-medium">Invited</Badge>;
  return <Badge className="text-muted-foreground">Disabled</Badge>;
}

function TwoSteps({ person }: { person: Person }) {
  if (!person.totp_enabled) return null;
  return (
    <span title="Signs in in two steps" className="shrink-0">
      <ShieldCheck aria-hidden className="size-3.5 text-good" />
      <span className="sr-only">Signs in in two steps</span>
    </span>
  );
}

function LastSignIn({ person: { last_sign_in_at } }: { person: Person }) {
  return last_sign_in_at === null ? (
    <span className="text-muted-foreground">never</span>
  ) : (
    <Moment iso={last_sign_in_at} />
  );
}
