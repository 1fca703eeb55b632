import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { JsonView } from '@/components/json/json-view';
import { Moment } from '@/components/moment';
import { Facts, RecordSheet, SheetSection, type OnOpen } from '@/components/record-sheet';
import { ProblemCard } from '@/components/states/problem-card';
import { Skeleton } from '@/components/ui/skeleton';
import { Untrusted } from '@/components/untrusted';
import { auditEntryQuery, type AuditEntry } from '../api/audit';
import { inWords } from '../audit-view';
import { ERASED, objectOf } from './audit-columns';

/** Everything that an entry of the audit trail says. */
export function AuditSheet({
  id,
  rows,
  onOpen,
}: {
  /** Nothing is shown without. */
  id: number | null;
  /** The rows of the list, in their order. */
  rows: readonly AuditEntry[];
  onOpen: OnOpen;
}) {
  const row = rows.find((entry) => entry.id === id);
  return (
    <RecordSheet
      id={id}
      rows={rows}
      onOpen={onOpen}
      noun="entry"
      title={row && `Entry ${row.seq}: ${inWords(row.action)}`}
      description="What the audit trail says about it"
    >
      {id !== null && (row ? <Entry entry={row} /> : <FetchedEntry key={id} id={id} />)}
    </RecordSheet>
  );
}

function FetchedEntry({ id }: { id: number }) {
  const query = useQuery(auditEntryQuery(id));
  if (query.data) return <Entry entry={query.data} />;
  if (query.data === null) return <p role="status">There is no entry {id}.</p>;
  if (query.isError) {
    return (
      <ProblemCard
        problem={query.error}
        what={`entry ${id}`}
        onRetry={() => void query.refetch()}
        retrying={query.isFetching}
      />
    );
  }
  return (
    <div role="status" aria-label="Loading the entry" className="space-y-3">
      <Skeleton className="h-6 w-1/2" />
      <Skeleton className="h-28 w-full" />
    </div>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { actor, object, address, request_id } = entry;
  const small = 'font-mono text-[0.8125rem] wrap-anywhere';
  const facts: { name: string; value: ReactNode }[] = [
    { name: 'When', value: <Moment both iso={entry.at} className="tabular-nums" /> },
    {
      name: 'Who',
      value: (
        <>
          <Untrusted className="font-medium wrap-anywhere">{actor.name ?? ERASED}</Untrusted>{' '}
          <span className="text-muted-foreground">({actor.type})</span>
        </>
      ),
    },
    { name: 'Id of the actor', value: <Untrusted className={small}>{actor.id}</Untrusted> },
    { name: 'From', value: address === null ? '–' : <Untrusted className={small}>{address}</Untrusted> },
    { name: 'Object', value: <Untrusted className="wrap-anywhere">{objectOf(entry)}</Untrusted> },
    { name: 'Id of the object', value: <Untrusted className={small}>{object.id}</Untrusted> },
    {
      name: 'Request',
      value: request_id === null ? '–' : <Untrusted className={small}>{request_id}</Untrusted>,
    },
  ];
  return (
    <>
      <section aria-label="Entry">
        <h2 className="text-base font-semibold">{inWords(entry.action)}</h2>
        <p className="text-xs text-muted-foreground tabular-nums">Entry {entry.seq}</p>
        <div className="mt-4">
          <Facts facts={facts} />
        </div>
      </section>
      {(['before', 'after'] as const).map((when) => {
        const state = entry[when];
        return (
          state !== null && (
            <SheetSection key={when} title={inWords(when)}>
              <JsonView value={state} label={`The state ${when} it`} />
            </SheetSection>
          )
        );
      })}
    </>
  );
}
