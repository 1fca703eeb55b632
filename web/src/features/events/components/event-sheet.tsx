import { useQuery } from '@tanstack/react-query';
import { Braces, Link2 } from 'lucide-react';
import { ActorName } from '@/components/actor-name';
import { CopyButton } from '@/components/copy-button';
import { JsonView } from '@/components/json/json-view';
import { Moment } from '@/components/moment';
import { Facts, RecordSheet, SheetSection, type OnOpen } from '@/components/record-sheet';
import { ProblemCard } from '@/components/states/problem-card';
import { Skeleton } from '@/components/ui/skeleton';
import { Untrusted } from '@/components/untrusted';
import { eventQuery } from '../api/get-event';
import type { StoredEvent } from '../api/get-events';

/** Everything that is stored about one event. */
export function EventSheet({
  id,
  rows,
  onOpen,
}: {
  /** Nothing is shown without. */
  id: number | null;
  /** The rows of the list, in their order. */
  rows: readonly StoredEvent[];
  onOpen: OnOpen;
}) {
  const row = rows.find((event) => event.id === id);
  return (
    <RecordSheet
      id={id}
      rows={rows}
      onOpen={onOpen}
      noun="event"
      title={row && `Event: ${row.event_type}`}
      description="What was stored about the event"
      actions={
        id !== null && (
          <CopyButton
            iconOnly
            icon={Link2}
            text={() => `${window.location.origin}/events?event=${id}`}
            label="Copy link"
          />
        )
      }
    >
      {id !== null && (row ? <EventContent event={row} /> : <FetchedEvent key={id} id={id} />)}
    </RecordSheet>
  );
}

function FetchedEvent({ id }: { id: number }) {
  const query = useQuery(eventQuery(id));
  if (query.data) return <EventContent event={query.data} />;
  if (query.isError) {
    return (
      <ProblemCard
        problem={query.error}
        what={`event ${id}`}
        onRetry={() => void query.refetch()}
        retrying={query.isFetching}
      />
    );
  }
  return (
    <div role="status" aria-label="Loading the event" className="space-y-3">
      <Skeleton className="h-6 w-1/2" />
      <Skeleton className="h-28 w-full" />
      <Skeleton className="h-40 w-full" />
    </div>
  );
}

function EventContent({ event }: { event: StoredEvent }) {
  return (
    <>
      <section aria-label="Event">
        <h2 className="font-mono text-base font-semibold wrap-anywhere">
          <Untrusted>{event.event_type}</Untrusted>
        </h2>
        <div className="mt-4">
          <Facts
            facts={[
              {
                name: 'User',
                value: (
                  <ActorName
                    user={event.user}
                    canonicalUser={event.canonical_user}
                    className="font-medium wrap-anywhere"
                  />
                ),
              },
              { name: 'Happened', value: <Moment both iso={event.timestamp} className="tabular-nums" /> },
              { name: 'Received', value: <Moment both iso={event.received_at} className="tabular-nums" /> },
              { name: 'Source', value: <Untrusted className="wrap-anywhere">{event.source}</Untrusted> },
              {
                name: 'Event id',
                value: (
                  <Untrusted className="font-mono text-[0.8125rem] wrap-anywhere">{event.event_id}</Untrusted>
                ),
              },
              ...(event.conflicts_with === null
                ? []
                : [
                    {
                      name: 'Conflict',
                      value: `An earlier event has this source and id, and other content: uid ${event.conflicts_with}`,
                    },
                  ]),
            ]}
          />
        </div>
      </section>
      <SheetSection
        title="Raw data"
        actions={
          <CopyButton icon={Braces} text={() => JSON.stringify(event.raw_data, null, 2)} label="Copy JSON" />
        }
      >
        <JsonView key={event.id} value={event.raw_data} label="Raw data of the event" />
      </SheetSection>
    </>
  );
}
