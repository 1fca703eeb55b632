import { createColumnHelper, type ColumnDef } from '@tanstack/react-table';
import { TriangleAlert } from 'lucide-react';
import { RowLink } from '@/components/list/row-link';
import { Truncated } from '@/components/list/truncated';
import { Moment } from '@/components/moment';
import { Untrusted } from '@/components/untrusted';
import { countOf, formatCount } from '@/lib/numbers';
import type { Rule } from '../api/get-rules';
import { describeProblems } from '../problem-counts';
import { RuleLevelBadge } from './rule-level';
import { RuleSwitch } from './rule-switch';

const column = createColumnHelper<Rule>();

/** The columns of the table of rules. */
export const RULE_COLUMNS: ColumnDef<Rule>[] = [
  column.display({
    id: 'title',
    header: 'Rule',
    meta: { className: 'w-full max-w-0' },
    cell: ({ row: { original: rule } }) => (
      <>
        <span className="flex items-center gap-2">
          <RowLink id={rule.id} className="font-medium">
            <Untrusted>{rule.title}</Untrusted>
          </RowLink>
          <Warnings rule={rule} />
        </span>
        <span className="block truncate font-mono text-xs text-muted-foreground">
          <Untrusted>{rule.name}</Untrusted>
        </span>
      </>
    ),
  }),
  column.display({
    id: 'level',
    header: 'Level',
    meta: { className: 'whitespace-nowrap' },
    cell: ({ row }) => <RuleLevelBadge rule={row.original} />,
  }),
  column.display({
    id: 'kind',
    header: 'Kind',
    meta: { className: 'hidden whitespace-nowrap text-muted-foreground lg:table-cell' },
    cell: ({ row }) => kindOf(row.original),
  }),
  column.display({
    id: 'pack',
    header: 'Pack',
    meta: { className: 'hidden max-w-44 text-muted-foreground lg:table-cell' },
    cell: ({ row }) => <Truncated>{row.original.pack}</Truncated>,
  }),
  column.display({
    id: 'hits',
    header: 'Hits',
    meta: { className: 'text-right tabular-nums' },
    cell: ({ row }) => formatCount(row.original.hits),
  }),
  column.display({
    id: 'last_hit',
    header: 'Last hit',
    meta: { className: 'whitespace-nowrap tabular-nums' },
    cell: ({ row }) =>
      row.original.last_hit ? (
        <Moment iso={row.original.last_hit} />
      ) : (
        <span className="text-muted-foreground">never</span>
      ),
  }),
  column.display({
    id: 'enabled',
    header: 'Enabled',
    cell: ({ row }) => <RuleSwitch rule={row.original} />,
  }),
];

/** A rule where there is no room for columns. */
export function RuleCard({ rule }: { rule: Rule }) {
  return (
    <>
      <div className="flex items-center justify-between gap-2">
        <RuleLevelBadge rule={rule} />
        <span className="relative z-10 inline-flex">
          <RuleSwitch rule={rule} />
        </span>
      </div>
      <RowLink card id={rule.id} className="mt-1.5 block font-medium">
        <Untrusted>{rule.title}</Untrusted>
      </RowLink>
      <p className="font-mono text-xs wrap-anywhere text-muted-foreground">
        <Untrusted>{rule.name}</Untrusted>
      </p>
      <p className="mt-1.5 flex flex-wrap gap-x-3 text-xs text-muted-foreground tabular-nums">
        <span>{countOf(rule.hits, 'hit')}</span>
        {rule.last_hit && (
          <span>
            last <Moment iso={rule.last_hit} />
          </span>
        )}
        <span>{kindOf(rule)}</span>
        <Untrusted>{rule.pack}</Untrusted>
        <Warnings rule={rule} />
      </p>
    </>
  );
}

/** What a rule is over, and that it raises nothing of its own where that is so. */
export function kindOf({ kind, silent }: Pick<Rule, 'kind' | 'silent'>): string {
  if (kind === 'filter') return 'Exception';
  const name = kind === 'event' ? 'Event' : 'Correlation';
  return silent ? `${name}, part of others` : name;
}

function Warnings({ rule: { problems } }: { rule: Rule }) {
  if (problems.length === 0) return null;
  const said = describeProblems(problems, 'warning');
  return (
    <span title={said} className="shrink-0">
      <TriangleAlert aria-hidden className="size-3.5 text-medium" />
      <span className="sr-only">{said}</span>
    </span>
  );
}
