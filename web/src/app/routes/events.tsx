import { PageHeader } from '@/components/layout/page-header';
import { EventsPanel } from '@/features/events/components/events-panel';

/** What was pushed into the system. */
export function EventsRoute() {
  return (
    <>
      <PageHeader>What producers sent, the newest first.</PageHeader>
      <EventsPanel />
    </>
  );
}
