import { useQuery, useQueryClient } from '@tanstack/react-query';
import { parseAsNumberLiteral, parseAsString } from 'nuqs/server';
import { PageHeader } from '@/components/layout/page-header';
import { May } from '@/components/may';
import { paths } from '@/config/paths';
import { enrichmentQuery, isOver } from '@/features/enrichment/api/enrichment-runs';
import { EnrichMissing } from '@/features/enrichment/components/enrich-missing';
import { EnrichmentProgress } from '@/features/enrichment/components/enrichment-progress';
import { FINDINGS_KEY } from '@/features/findings/api/get-findings';
import { FindingsPanel } from '@/features/findings/components/findings-panel';
import { findingsAddress } from '@/features/findings/findings-view';
import { summaryQuery } from '@/features/summary/api/get-summary';
import { CHART_SPANS, EventsCard, type ChartSpan } from '@/features/summary/components/events-card';
import { SeverityCard } from '@/features/summary/components/severity-card';
import { SummaryCards } from '@/features/summary/components/summary-cards';
import { makeAddress, useAddress } from '@/lib/address';
import type { Severity } from '@/lib/severity';

const dashboardAddress = makeAddress({
  /** Days that the chart of events shows. */
  days: parseAsNumberLiteral(CHART_SPANS).withDefault(30),
  /** The bulk enrichment that is watched. */
  enrichment: parseAsString,
});

/** The dashboard: figures, charts and the list of findings. */
export function DashboardRoute() {
  const { change, searchFor } = useAddress(findingsAddress);
  const { view, change: changeOwn } = useAddress(dashboardAddress);
  const queryClient = useQueryClient();
  const summary = useQuery(summaryQuery()).data;
  const setSpan = (days: ChartSpan) => changeOwn({ days }, { replace: true });
  const setRun = (enrichment: string | null) => changeOwn({ enrichment }, { replace: true });
  const run = view.enrichment;
  const job = useQuery({ ...enrichmentQuery(run ?? ''), enabled: false }).data;

  const onlySeverity = (severity?: Severity) => ({
    ...findingsAddress.cleared,
    open: null,
    severity: severity ? [severity] : [],
  });
  const showSeverity = (severity: Severity) => change(onlySeverity(severity));

  return (
    <>
      <PageHeader />
      <div className="space-y-4">
        <SummaryCards
          eventsLink={paths.events.href()}
          findingsLink={(severity) => ({ search: searchFor(onlySeverity(severity)), hash: 'findings' })}
        />
        <div className="grid gap-4 lg:grid-cols-[minmax(0,5fr)_minmax(0,8fr)]">
          <SeverityCard onChoose={showSeverity} />
          <EventsCard span={view.days} onSpan={setSpan} />
        </div>
        {run && (
          <EnrichmentProgress
            id={run}
            onOver={() => void queryClient.invalidateQueries({ queryKey: FINDINGS_KEY })}
            onDismiss={() => setRun(null)}
            hrefOf={(open) => searchFor({ open })}
          />
        )}
        <FindingsPanel
          totals={summary && { events: summary.total_events, bySeverity: summary.findings_by_severity }}
          actions={
            <May permission="triage">
              <EnrichMissing
                totalFindings={summary?.total_findings}
                busy={run !== null && job !== undefined && !isOver(job)}
                onStarted={setRun}
              />
            </May>
          }
        />
      </div>
    </>
  );
}
