import { useQuery } from '@tanstack/react-query';
import { Activity, ArrowUpRight, SearchCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, type To } from 'react-router';
import { SeverityIcon, severityLabel } from '@/components/severity';
import { ProblemCard } from '@/components/states/problem-card';
import { Card } from '@/components/ui/card';
import { Skeleton } from '@/components/ui/skeleton';
import { formatCount } from '@/lib/numbers';
import { SEVERITIES, type Severity } from '@/lib/severity';
import { summaryQuery } from '../api/get-summary';

/** The figures at the top: events, findings, findings of each severity; each leads to what it counts. */
export function SummaryCards({
  eventsLink,
  findingsLink,
}: {
  eventsLink: To;
  /** The list of findings of one severity, or of all. */
  findingsLink: (severity?: Severity) => To;
}) {
  const summary = useQuery(summaryQuery());
  if (summary.isError && summary.data === undefined) {
    return (
      <ProblemCard
        problem={summary.error}
        what="the figures"
        onRetry={() => void summary.refetch()}
        retrying={summary.isFetching}
      />
    );
  }
  const data = summary.data;
  return (
    <ul aria-busy={summary.isPending} className="grid grid-cols-2 gap-3 sm:grid-cols-3 xl:grid-cols-6">
      <Figure
        label="Events"
        icon={<Activity aria-hidden className="size-3.5 text-muted-foreground" />}
        value={data?.total_events}
        to={eventsLink}
      />
      <Figure
        label="Findings"
        icon={<SearchCheck aria-hidden className="size-3.5 text-muted-foreground" />}
        value={data?.total_findings}
        to={findingsLink()}
      />
      {SEVERITIES.map((severity) => (
        <Figure
          key={severity}
          label={severityLabel(severity)}
          icon={<SeverityIcon severity={severity} />}
          value={data?.findings_by_severity[severity]}
          share={
            data && data.total_findings > 0
              ? data.findings_by_severity[severity] / data.total_findings
              : undefined
          }
          to={findingsLink(severity)}
        />
      ))}
    </ul>
  );
}

function Figure({
  label,
  icon,
  value,
  share,
  to,
}: {
  label: string;
  icon: ReactNode;
  value: number | undefined;
  share?: number;
  to: To;
}) {
  return (
    <li className="contents">
      <Card className="group relative flex flex-col gap-1 p-4 transition-colors hover:border-input">
        <span className="flex items-center gap-1.5 text-[0.8125rem] font-medium text-muted-foreground">
          {icon}
          {label}
          <ArrowUpRight
            aria-hidden
            className="ml-auto size-3.5 opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100"
          />
        </span>
        {value === undefined ? (
          <Skeleton className="my-1 h-7 w-20" />
        ) : (
          <span className="flex flex-wrap items-baseline gap-x-2">
            <Link
              to={to}
              preventScrollReset
              className="text-2xl font-semibold tracking-tight tabular-nums outline-none after:absolute after:inset-0 after:rounded-xl focus-visible:after:outline-2 focus-visible:after:outline-offset-2 focus-visible:after:outline-ring"
            >
              {formatCount(value)}
              <span className="sr-only"> {label.toLowerCase()}, show the list</span>
            </Link>
            {share !== undefined && (
              <span className="text-xs text-muted-foreground tabular-nums">{formatShare(share)}</span>
            )}
          </span>
        )}
      </Card>
    </li>
  );
}

function formatShare(share: number): string {
  const percent = share * 100;
  return percent > 0 && percent < 1 ? '<1%' : `${Math.round(percent)}%`;
}
