import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { PageHeader } from '@/components/layout/page-header';
import { paths } from '@/config/paths';
import { enrichmentQuery, isOver } from '@/features/enrichment/api/enrichment-runs';
import { EnrichMissing } from '@/features/enrichment/components/enrich-missing';
import { EnrichmentProgress } from '@/features/enrichment/components/enrichment-progress';
import { FINDINGS_KEY } from '@/features/findings/api/get-findings';
import { FindingsPanel } from '@/features/findings/components/findings-panel';
import { NO_FILTERS } from '@/features/findings/components/findings-toolbar';
import { useFindingsView } from '@/features/findings/use-findings-view';
import { summaryQuery } from '@/features/summary/api/get-summary';
import { CHART_SPANS, EventsCard, type ChartSpan } from '@/features/summary/components/events-card';
import { SeverityCard } from '@/features/summary/components/severity-card';
import { SummaryCards } from '@/features/summary/components/summary-cards';
import type { Severity } from '@/lib/severity';

const DEFAULT_SPAN: ChartSpan = 30;

/** The dashboard: figures, charts and the list of findings. */
export function DashboardRoute() {
  const { change, searchFor } = useFindingsView();
  const [params, setParams] = useSearchParams();
  const queryClient = useQueryClient();
  const summary = useQuery(summaryQuery()).data;

  const setParam = (name: string, value: string | undefined) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        if (value === undefined) next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true, preventScrollReset: true },
    );
  const span = CHART_SPANS.find((days) => String(days) === params.get('days')) ?? DEFAULT_SPAN;
  const run = params.get('enrichment');
  const job = useQuery({ ...enrichmentQuery(run ?? ''), enabled: false }).data;

  const onlySeverity = (severity?: Severity) => ({
    ...NO_FILTERS,
    open: undefined,
    severities: severity ? [severity] : [],
  });
  const showSeverity = (severity: Severity) => change(onlySeverity(severity));

  return (
    <>
      <PageHeader title="Dashboard" />
      <div className="space-y-4">
        <SummaryCards
          eventsLink={paths.events.href()}
          findingsLink={(severity) => ({ search: searchFor(onlySeverity(severity)), hash: 'findings' })}
        />
        <div className="grid gap-4 lg:grid-cols-[minmax(0,5fr)_minmax(0,8fr)]">
          <SeverityCard onChoose={showSeverity} />
          <EventsCard
            span={span}
            onSpan={(days) => setParam('days', days === DEFAULT_SPAN ? undefined : String(days))}
          />
        </div>
        {run && (
          <EnrichmentProgress
            id={run}
            onOver={() => void queryClient.invalidateQueries({ queryKey: FINDINGS_KEY })}
            onDismiss={() => setParam('enrichment', undefined)}
            hrefOf={(open) => searchFor({ open })}
          />
        )}
        <FindingsPanel
          totals={summary && { events: summary.total_events, bySeverity: summary.findings_by_severity }}
          actions={
            <EnrichMissing
              totalFindings={summary?.total_findings}
              busy={run !== null && job !== undefined && !isOver(job)}
              onStarted={(id) => setParam('enrichment', id)}
            />
          }
        />
      </div>
    </>
  );
}
