import { createColumnHelper, type ColumnDef } from '@tanstack/react-table';
import { GitCompareArrows, ShieldAlert, type LucideIcon } from 'lucide-react';
import { Link } from 'react-router';
import { Moment } from '@/components/moment';
import { SeverityBadge } from '@/components/severity';
import { proseText, Untrusted, UntrustedProse } from '@/components/untrusted';
import { formatCount } from '@/lib/numbers';
import { revealInvisible } from '@/lib/untrusted-text';
import type { Finding } from '../api/get-findings';
import { RiskScore } from './risk-score';

const column = createColumnHelper<Finding>();

/** The columns of the table of findings; `hrefOf` is the address at which a finding is open. */
export function findingColumns(hrefOf: (id: number) => string): ColumnDef<Finding>[] {
  return [
    column.display({
      id: 'severity',
      header: 'Severity',
      meta: { className: 'w-28 pl-4 sm:pl-5' },
      cell: ({ row }) => <SeverityBadge severity={row.original.severity} />,
    }),
    column.display({
      id: 'finding',
      header: 'Finding',
      meta: { className: 'w-full max-w-0 min-w-64' },
      cell: ({ row: { original: finding } }) => (
        <div className="min-w-0">
          <Link
            to={{ search: hrefOf(finding.id) }}
            preventScrollReset
            className="block truncate font-medium underline-offset-4 hover:underline"
            title={revealInvisible(finding.title)}
          >
            <Untrusted>{finding.title}</Untrusted>
          </Link>
          <p
            className="truncate text-[0.8125rem] text-muted-foreground"
            title={proseText(finding.description)}
          >
            <UntrustedProse>{finding.description}</UntrustedProse>
          </p>
        </div>
      ),
    }),
    column.display({
      id: 'user',
      header: 'User',
      meta: { className: 'max-w-40' },
      cell: ({ row }) => (
        <span className="block truncate" title={revealInvisible(row.original.user)}>
          <Untrusted>{row.original.user}</Untrusted>
        </span>
      ),
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
      meta: { className: 'w-30 min-w-30 pr-4 sm:pr-5' },
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
