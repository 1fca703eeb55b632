import { SearchCheck, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { ListPanel } from '@/components/list/list-panel';
import { useArrivals, useList } from '@/components/list/use-list';
import { EmptyState } from '@/components/states/empty-state';
import { PushEventsHint } from '@/components/states/push-events-hint';
import { CardHeader, CardTitle } from '@/components/ui/card';
import { countOf } from '@/lib/numbers';
import type { Severity } from '@/lib/severity';
import { findingsQuery, FINDINGS_KEY } from '../api/get-findings';
import { findingsAddress, toFilter, wouldShow } from '../findings-view';
import { useToday } from '../use-today';
import { FINDING_COLUMNS, FindingCard } from './finding-columns';
import { FindingFilters } from './finding-filters';
import { FindingSheet } from './finding-sheet';

/** The list of findings with its filters, pages and details; everything about it stands in the address. */
export function FindingsPanel({
  totals,
  actions,
}: {
  /** What is known about all findings and events, for the filter's counts and the empty states. */
  totals?: { events: number; bySeverity: Readonly<Record<Severity, number>> };
  actions?: ReactNode;
}) {
  const today = useToday();
  const list = useList({
    address: findingsAddress,
    listKey: FINDINGS_KEY,
    query: (view) => findingsQuery(toFilter(view, today)),
  });
  useArrivals(list, 'finding', (finding) =>
    finding.revision === 1 && wouldShow(list.view, finding, Date.now()) ? 1 : 0,
  );
  const findings = list.page?.items ?? [];
  return (
    <ListPanel
      list={list}
      noun="finding"
      caption="Findings, the newest first"
      header={
        <CardHeader>
          <CardTitle id="findings">Findings</CardTitle>
          <div className="ml-auto flex flex-wrap items-center justify-end gap-2">{actions}</div>
        </CardHeader>
      }
      filters={
        <FindingFilters
          view={list.view}
          shown={findings}
          counts={totals?.bySeverity}
          onChange={list.change}
        />
      }
      columns={FINDING_COLUMNS}
      card={(finding) => <FindingCard finding={finding} />}
      noMatch="Users and rules are compared as a whole; days are UTC days."
      none={<NoFindings events={totals?.events} />}
    >
      <FindingSheet id={list.view.open} rows={findings} onOpen={list.open} />
    </ListPanel>
  );
}

/** Without events there cannot be findings; with events, nothing was found in them. */
function NoFindings({ events }: { events: number | undefined }) {
  if (events === 0) {
    return (
      <EmptyState icon={Unplug} title="No events yet" className="border-t" action={<PushEventsHint />}>
        A finding appears here as soon as an event matches a rule. This event does:
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={SearchCheck} title="No findings" className="border-t">
      {events === undefined
        ? 'No rule has found anything so far.'
        : `${countOf(events, 'event')} checked; no rule has found anything so far.`}
    </EmptyState>
  );
}
