import { useQuery } from '@tanstack/react-query';
import { Lock } from 'lucide-react';
import { May } from '@/components/may';
import { Moment } from '@/components/moment';
import { EmptyState } from '@/components/states/empty-state';
import { ProblemCard } from '@/components/states/problem-card';
import { Card, CardHeader, CardTitle } from '@/components/ui/card';
import { Skeleton } from '@/components/ui/skeleton';
import { Untrusted } from '@/components/untrusted';
import { holdsQuery, type LegalHold } from '../api/storage';
import { CreateHold } from './create-hold';
import { ReleaseHold } from './release-hold';

/** Legal holds that are in force. */
export function HoldsPanel() {
  const query = useQuery(holdsQuery());
  return (
    <Card>
      <CardHeader>
        <CardTitle>Legal holds</CardTitle>
        <May permission="admin">
          <CreateHold />
        </May>
      </CardHeader>
      {query.data ? (
        query.data.length === 0 ? (
          <EmptyState icon={Lock} title="No legal holds" className="mt-3 border-t">
            A hold keeps the events of some days, and the findings about them, until it is released.
          </EmptyState>
        ) : (
          <ul className="mt-3 border-t">
            {query.data.map((hold) => (
              <HoldRow key={hold.id} hold={hold} />
            ))}
          </ul>
        )
      ) : query.isError ? (
        <div className="p-4 sm:p-5">
          <ProblemCard
            plain
            problem={query.error}
            what="the legal holds"
            onRetry={() => void query.refetch()}
            retrying={query.isFetching}
          />
        </div>
      ) : (
        <div role="status" aria-label="Loading legal holds" className="p-5">
          <Skeleton className="h-10 w-full" />
        </div>
      )}
    </Card>
  );
}

function HoldRow({ hold }: { hold: LegalHold }) {
  const { sources, from, to, reason, created_by, created_at } = hold;
  return (
    <li className="flex items-start justify-between gap-3 border-b px-4 py-3 last:border-b-0 sm:px-5">
      <div className="min-w-0">
        <Untrusted className="block font-medium wrap-anywhere">{reason}</Untrusted>
        <p className="text-pretty wrap-anywhere tabular-nums">
          {sources === null ? 'All sources' : <Untrusted>{sources.join(', ')}</Untrusted>},{' '}
          {from === null && to === null
            ? 'all days'
            : `${from ?? 'the beginning'} to ${to ?? 'today and later'}`}
        </p>
        <p className="text-xs text-muted-foreground">
          <Untrusted>{created_by}</Untrusted>, <Moment iso={created_at} />
        </p>
      </div>
      <May permission="admin">
        <ReleaseHold hold={hold} />
      </May>
    </li>
  );
}
