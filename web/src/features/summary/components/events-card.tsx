import { useQuery } from '@tanstack/react-query';
import { Activity } from 'lucide-react';
import { lazy } from 'react';
import { EmptyState } from '@/components/states/empty-state';
import { ProblemCard } from '@/components/states/problem-card';
import { ToggleGroup, ToggleGroupItem } from '@/components/ui/toggle-group';
import { countOf, formatCount } from '@/lib/numbers';
import { formatDay } from '@/lib/time';
import { useNow } from '@/lib/use-now';
import { summaryQuery } from '../api/get-summary';
import { lastDays } from '../daily-series';
import { ChartCard, ChartSkeleton, FigureTable } from './chart-card';

const EventsChart = lazy(() => import('./events-chart'));

/** The spans that the chart can show, in days. */
export const CHART_SPANS = [7, 30, 90] as const;
export type ChartSpan = (typeof CHART_SPANS)[number];

/** Events per day, as a chart or as a table. */
export function EventsCard({
  span,
  onSpan,
  className,
}: {
  span: ChartSpan;
  onSpan: (span: ChartSpan) => void;
  className?: string;
}) {
  const now = useNow();
  const summary = useQuery(summaryQuery());
  const data = summary.data;
  const days = data ? lastDays(data.events_over_time, span, now) : [];
  const shown = days.reduce((sum, { count }) => sum + count, 0);
  let state;
  if (!data) {
    state = summary.isError ? (
      <ProblemCard
        plain
        problem={summary.error}
        what="events over time"
        onRetry={() => void summary.refetch()}
        retrying={summary.isFetching}
      />
    ) : (
      <ChartSkeleton shape="area" />
    );
  } else if (shown === 0) {
    state = (
      <EmptyState icon={Activity} title={`No events in the last ${span} days`} className="py-6">
        {data.total_events > 0 ? `${countOf(data.total_events, 'event')} happened outside this span.` : null}
      </EmptyState>
    );
  }
  return (
    <ChartCard
      title="Events over time"
      className={className}
      state={state}
      skeleton={<ChartSkeleton shape="area" />}
      actions={
        <ToggleGroup
          type="single"
          value={String(span)}
          aria-label="Span of the chart"
          onValueChange={(next) => {
            const chosen = CHART_SPANS.find((days) => String(days) === next);
            if (chosen) onSpan(chosen);
          }}
        >
          {CHART_SPANS.map((days) => (
            <ToggleGroupItem
              key={days}
              value={String(days)}
              aria-label={`${days} days`}
              className="tabular-nums"
            >
              {days}d
            </ToggleGroupItem>
          ))}
        </ToggleGroup>
      }
      chart={<EventsChart days={days} />}
      table={
        <FigureTable
          caption={`Events per day (UTC), last ${span} days`}
          head={['Day (UTC)', 'Events']}
          rows={days
            .toReversed()
            .map(({ date, count }) => ({ key: date, label: formatDay(date), value: formatCount(count) }))}
        />
      }
    />
  );
}
