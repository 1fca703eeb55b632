import { createColumnHelper, type ColumnDef } from '@tanstack/react-table';
import { GitCompareArrows, ShieldAlert, type LucideIcon } from 'lucide-react';
import { RowLink } from '@/components/list/row-link';
import { Truncated } from '@/components/list/truncated';
import { Moment } from '@/components/moment';
import { SeverityBadge } from '@/components/severity';
import { proseText, Untrusted, UntrustedProse } from '@/components/untrusted';
import { countOf, formatCount } from '@/lib/numbers';
import { revealInvisible } from '@/lib/untrusted-text';
import type { Finding } from '../api/get-findings';
import { RiskScore } from './risk-score';

const column = createColumnHelper<Finding>();

/** The columns of the table of findings. */
export const FINDING_COLUMNS: ColumnDef<Finding>[] = [
  column.display({
    id: 'severity',
    header: 'Severity',
    meta: { className: 'w-28' },
    cell: ({ row }) => <SeverityBadge severity={row.original.severity} />,
  }),
  column.display({
    id: 'finding',
    header: 'Finding',
    meta: { className: 'w-full max-w-0 min-w-64' },
    cell: ({ row: { original: finding } }) => (
      <div className="min-w-0">
        <RowLink id={finding.id} className="block font-medium" title={revealInvisible(finding.title)}>
          <Untrusted>{finding.title}</Untrusted>
        </RowLink>
        <p className="truncate text-[0.8125rem] text-muted-foreground" title={proseText(finding.description)}>
          <UntrustedProse>{finding.description}</UntrustedProse>
        </p>
      </div>
    ),
  }),
  column.display({
    id: 'user',
    header: 'User',
    meta: { className: 'max-w-40' },
    cell: ({ row }) => <Truncated>{row.original.user}</Truncated>,
  }),
  column.display({
    id: 'events',
    header: 'Events',
    meta: { className: 'text-right tabular-nums' },
    cell: ({ row }) => formatCount(row.original.event_count),
  }),
  column.display({
    id: 'last_seen',
    header: 'Last seen',
    meta: { className: 'whitespace-nowrap tabular-nums' },
    cell: ({ row }) => <Moment iso={row.original.last_seen} />,
  }),
  column.display({
    id: 'created_at',
    header: 'Raised',
    meta: { className: 'hidden whitespace-nowrap tabular-nums lg:table-cell' },
    cell: ({ row }) => <Moment iso={row.original.created_at} />,
  }),
  column.display({
    id: 'risk',
    header: 'Risk',
    meta: { className: 'w-30 min-w-30' },
    cell: ({ row }) => (
      <span className="inline-flex items-center gap-1.5">
        <RiskScore
          score={row.original.risk_score}
          className="[&>span:first-child]:min-w-[3ch] [&>span:first-child]:text-right"
        />
        <RiskMarks finding={row.original} />
      </span>
    ),
  }),
];

/** A finding where there is no room for columns. */
export function FindingCard({ finding }: { finding: Finding }) {
  return (
    <>
      <div className="flex items-center justify-between gap-2">
        <SeverityBadge severity={finding.severity} />
        <span className="text-xs text-muted-foreground tabular-nums">
          <Moment iso={finding.last_seen} />
        </span>
      </div>
      <RowLink card id={finding.id} className="mt-1.5 block font-medium">
        <Untrusted>{finding.title}</Untrusted>
      </RowLink>
      <p className="mt-0.5 line-clamp-2 text-[0.8125rem] break-words text-muted-foreground">
        <UntrustedProse>{finding.description}</UntrustedProse>
      </p>
      <p className="mt-1.5 flex flex-wrap gap-x-3 text-xs text-muted-foreground tabular-nums">
        <Untrusted className="wrap-anywhere">{finding.user}</Untrusted>
        <span>{countOf(finding.event_count, 'event')}</span>
        <span>{finding.risk_score === null ? 'not scored' : `risk ${finding.risk_score}`}</span>
      </p>
    </>
  );
}

/** What a reader of a score should know before opening the finding. */
function RiskMarks({ finding: { injection_suspected, disagreement } }: { finding: Finding }) {
  if (injection_suspected) {
    return (
      <Mark
        icon={ShieldAlert}
        says="Text in its events tries to instruct a model"
        className="text-critical"
      />
    );
  }
  if (disagreement !== null) {
    return <Mark icon={GitCompareArrows} says="Model and rule disagree" className="text-muted-foreground" />;
  }
  return null;
}

function Mark({ icon: Icon, says, className }: { icon: LucideIcon; says: string; className: string }) {
  return (
    <span title={says} className={className}>
      <Icon aria-hidden className="size-3.5" />
      <span className="sr-only">{says}</span>
    </span>
  );
}
