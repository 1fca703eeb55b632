import { useQuery } from '@tanstack/react-query';
import { May } from '@/components/may';
import { Moment } from '@/components/moment';
import { Facts } from '@/components/record-sheet';
import { ProblemCard } from '@/components/states/problem-card';
import { Button } from '@/components/ui/button';
import { Card, CardContent, CardHeader, CardTitle } from '@/components/ui/card';
import { Skeleton } from '@/components/ui/skeleton';
import { Untrusted } from '@/components/untrusted';
import { retentionQuery, useTakeBackRetention, type Retention, type RetentionSetting } from '../api/storage';
import { keptFor, RETENTION_FIELDS } from '../kinds';
import { RetentionForm } from './retention-form';

/** How long data is kept, a change that waits, and the form for another one. */
export function RetentionPanel() {
  const query = useQuery(retentionQuery());
  return (
    <Card>
      <CardHeader>
        <CardTitle>How long data is kept</CardTitle>
      </CardHeader>
      <CardContent>
        {query.data ? (
          <div className="space-y-4">
            {query.data.pending && <Pending setting={query.data} pending={query.data.pending} />}
            <May permission="admin" otherwise={<Facts facts={factsOf(query.data.value)} />}>
              <RetentionForm key={query.data.revision} setting={query.data} />
            </May>
          </div>
        ) : query.isError ? (
          <ProblemCard
            plain
            problem={query.error}
            what="how long data is kept"
            onRetry={() => void query.refetch()}
            retrying={query.isFetching}
          />
        ) : (
          <div role="status" aria-label="Loading how long data is kept">
            <Skeleton className="h-24 w-full" />
          </div>
        )}
      </CardContent>
    </Card>
  );
}

function factsOf(value: Retention) {
  return [
    ...RETENTION_FIELDS.map(([field, name]) => ({ name, value: keptFor(value[field]) })),
    ...Object.entries(value.events_days_by_source).map(([source, days]) => ({
      name: `Events of ${source}`,
      value: keptFor(days),
    })),
  ];
}

/** A change that waits, and how to take it back. */
function Pending({
  setting,
  pending,
}: {
  setting: RetentionSetting;
  pending: NonNullable<RetentionSetting['pending']>;
}) {
  const { mutate, isPending, error } = useTakeBackRetention();
  const present = new Map(factsOf(setting.value).map(({ name, value }) => [name, value]));
  const changes = factsOf(pending.value).filter(({ name, value }) => present.get(name) !== value);
  return (
    <div role="status" className="space-y-2 rounded-lg border border-high/40 p-3">
      <p className="font-medium">
        A change takes effect <Moment iso={pending.takes_effect_at} />
      </p>
      <ul className="list-disc pl-5 text-pretty">
        {changes.map(({ name, value }) => (
          <li key={name} className="wrap-anywhere">
            {name}: {value} instead of {present.get(name) ?? keptFor(setting.value.events_days)}
          </li>
        ))}
      </ul>
      {setting.changed_by !== null && (
        <p className="text-xs text-muted-foreground">
          Made by <Untrusted>{setting.changed_by}</Untrusted>
        </p>
      )}
      {error && <ProblemCard plain problem={error} what="" said="The change was not taken back" />}
      <May permission="admin">
        <Button variant="outline" size="sm" disabled={isPending} onClick={() => mutate(setting.revision)}>
          Take it back
        </Button>
      </May>
    </div>
  );
}
