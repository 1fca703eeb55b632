import { useMemo } from 'react';
import { Link } from 'react-router';
import { DataTable } from '@/components/data-table/data-table';
import { Moment } from '@/components/moment';
import { SeverityBadge } from '@/components/severity';
import { Untrusted, UntrustedProse } from '@/components/untrusted';
import { cn } from '@/lib/class-names';
import { countOf } from '@/lib/numbers';
import { useMediaQuery } from '@/lib/use-media-query';
import type { Finding } from '../api/get-findings';
import { findingColumns } from './finding-columns';

/** Findings: a table where there is room, else one card each. */
export function FindingsList({
  findings,
  openId,
  arrivedAfter,
  hrefOf,
  onOpen,
}: {
  findings: Finding[];
  openId: number | undefined;
  /** Findings with a higher id came while the page was open. */
  arrivedAfter: number;
  hrefOf: (id: number) => string;
  onOpen: (id: number) => void;
}) {
  const roomy = useMediaQuery('(min-width: 768px)');
  const columns = useMemo(() => findingColumns(hrefOf), [hrefOf]);
  if (!roomy) {
    return (
      <ul aria-label="Findings" className="border-t">
        {findings.map((finding) => (
          <FindingCard
            key={finding.id}
            finding={finding}
            href={hrefOf(finding.id)}
            arrived={finding.id > arrivedAfter}
          />
        ))}
      </ul>
    );
  }
  return (
    <DataTable
      caption="Findings, the newest first"
      columns={columns}
      rows={findings}
      rowId={({ id }) => String(id)}
      rowProps={({ id }) => ({ selected: id === openId, arrived: id > arrivedAfter })}
      onRowClick={({ id }) => onOpen(id)}
    />
  );
}

function FindingCard({ finding, href, arrived }: { finding: Finding; href: string; arrived: boolean }) {
  return (
    <li
      data-row={finding.id}
      className={cn('relative border-b px-4 py-3 last:border-b-0', arrived && 'animate-arrive')}
    >
      <div className="flex items-center justify-between gap-2">
        <SeverityBadge severity={finding.severity} />
        <span className="text-xs text-muted-foreground tabular-nums">
          <Moment iso={finding.last_seen} />
        </span>
      </div>
      <Link
        to={{ search: href }}
        preventScrollReset
        className="mt-1.5 block font-medium break-words outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-ring"
      >
        <Untrusted>{finding.title}</Untrusted>
      </Link>
      <p className="mt-0.5 line-clamp-2 text-[0.8125rem] break-words text-muted-foreground">
        <UntrustedProse>{finding.description}</UntrustedProse>
      </p>
      <p className="mt-1.5 flex flex-wrap gap-x-3 text-xs text-muted-foreground tabular-nums">
        <Untrusted className="wrap-anywhere">{finding.user}</Untrusted>
        <span>{countOf(finding.event_count, 'event')}</span>
        <span>{finding.risk_score === null ? 'not scored' : `risk ${finding.risk_score}`}</span>
      </p>
    </li>
  );
}
