import { useQuery } from '@tanstack/react-query';
import { LogOut, Monitor } from 'lucide-react';
import { useState } from 'react';
import { ConfirmDialog } from '@/components/confirm-dialog';
import { Moment } from '@/components/moment';
import { ProblemCard } from '@/components/states/problem-card';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Card, CardHeader, CardTitle } from '@/components/ui/card';
import { Skeleton } from '@/components/ui/skeleton';
import { Untrusted } from '@/components/untrusted';
import { useSignOutEverywhere } from '@/lib/access/sign-out';
import { revealInvisible } from '@/lib/untrusted-text';
import { sessionsQuery, useEndSession, type BrowserSession } from '../api/account';
import { browserName } from '../browser-name';

/** The browsers in which the person has signed in; each can be signed out from here. */
export function SessionsPanel({ onLeave }: { onLeave: () => void }) {
  const query = useQuery(sessionsQuery());
  return (
    <Card className="max-w-3xl">
      <CardHeader>
        <CardTitle>Where you are signed in</CardTitle>
        {query.data && <SignOutEverywhere onLeave={onLeave} />}
      </CardHeader>
      {query.data ? (
        <ul className="mt-3 border-t">
          {query.data.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </ul>
      ) : query.isError ? (
        <div className="p-4 sm:p-5">
          <ProblemCard
            plain
            problem={query.error}
            what="your sessions"
            onRetry={() => void query.refetch()}
            retrying={query.isFetching}
          />
        </div>
      ) : (
        <div role="status" aria-label="Loading your sessions" className="space-y-3 p-5">
          <Skeleton className="h-10 w-full" />
          <Skeleton className="h-10 w-full" />
        </div>
      )}
    </Card>
  );
}

function SessionRow({ session }: { session: BrowserSession }) {
  const { mutate, isPending, error } = useEndSession();
  const name = browserName(session.user_agent);
  return (
    <li className="border-b px-4 py-3 last:border-b-0 sm:px-5">
      <div className="flex items-start gap-3">
        <Monitor aria-hidden className="mt-0.5 size-4 shrink-0 text-muted-foreground" />
        <div className="min-w-0 flex-1">
          <p
            className="flex flex-wrap items-center gap-x-2 font-medium"
            title={revealInvisible(session.user_agent)}
          >
            <Untrusted className="wrap-anywhere">{name}</Untrusted>
            {session.current && <Badge className="text-good">This session</Badge>}
          </p>
          <p className="text-xs text-muted-foreground tabular-nums">
            <Untrusted>{session.address}</Untrusted> · signed in <Moment iso={session.created_at} /> · last
            used <Moment iso={session.last_seen_at} />
          </p>
          {error && <ProblemCard className="mt-2" problem={error} what="" said="The session was not ended" />}
        </div>
        {!session.current && (
          <Button
            variant="outline"
            size="sm"
            disabled={isPending}
            aria-label={`End the session: ${revealInvisible(name)}, ${session.address}`}
            onClick={() => mutate(session.id)}
          >
            End
          </Button>
        )}
      </div>
    </li>
  );
}

function SignOutEverywhere({ onLeave }: { onLeave: () => void }) {
  const [asking, setAsking] = useState(false);
  const { mutate, isPending, error } = useSignOutEverywhere(onLeave);
  return (
    <>
      <Button variant="outline" size="sm" onClick={() => setAsking(true)}>
        <LogOut aria-hidden />
        Sign out everywhere
      </Button>
      <ConfirmDialog
        open={asking}
        title="Sign out everywhere?"
        answer="Sign out everywhere"
        pending={isPending}
        problem={error}
        said="You were not signed out"
        onConfirm={() => mutate()}
        onClose={() => setAsking(false)}
      >
        All your sessions end, also this one. Open pages in other browsers ask for your password within
        seconds.
      </ConfirmDialog>
    </>
  );
}
