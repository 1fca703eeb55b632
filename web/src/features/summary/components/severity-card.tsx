import { useQuery } from '@tanstack/react-query';
import { SearchCheck } from 'lucide-react';
import { lazy } from 'react';
import { SeverityIcon, severityLabel } from '@/components/severity';
import { EmptyState } from '@/components/states/empty-state';
import { ProblemCard } from '@/components/states/problem-card';
import { countOf, formatCount } from '@/lib/numbers';
import { SEVERITIES, type Severity } from '@/lib/severity';
import { summaryQuery } from '../api/get-summary';
import { ChartCard, ChartSkeleton, FigureTable } from './chart-card';

const SeverityChart = lazy(() => import('./severity-chart'));

/** Findings by severity, as bars or as a table. */
export function SeverityCard({
  onChoose,
  className,
}: {
  onChoose: (severity: Severity) => void;
  className?: string;
}) {
  const summary = useQuery(summaryQuery());
  const data = summary.data;
  let state;
  if (!data) {
    state = summary.isError ? (
      <ProblemCard
        plain
        problem={summary.error}
        what="findings by severity"
        onRetry={() => void summary.refetch()}
        retrying={summary.isFetching}
      />
    ) : (
      <ChartSkeleton shape="bars" />
    );
  } else if (data.total_findings === 0) {
    state = (
      <EmptyState icon={SearchCheck} title="No findings" className="py-6">
        {data.total_events > 0 ? `${countOf(data.total_events, 'event')} checked against the rules.` : null}
      </EmptyState>
    );
  }
  const counts = data?.findings_by_severity;
  return (
    <ChartCard
      title="Findings by severity"
      className={className}
      state={state}
      skeleton={<ChartSkeleton shape="bars" />}
      chart={counts && <SeverityChart counts={counts} onChoose={onChoose} />}
      table={
        counts && (
          <FigureTable
            caption="Findings by severity"
            head={['Severity', 'Findings']}
            rows={SEVERITIES.map((severity) => ({
              key: severity,
              label: (
                <span className="inline-flex items-center gap-1.5">
                  <SeverityIcon severity={severity} />
                  {severityLabel(severity)}
                </span>
              ),
              value: formatCount(counts[severity]),
            }))}
          />
        )
      }
    />
  );
}
