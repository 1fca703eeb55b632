import { createColumnHelper, type ColumnDef } from '@tanstack/react-table';
import { TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import { Link, useNavigate } from 'react-router';
import { DataTable } from '@/components/data-table/data-table';
import { Moment } from '@/components/moment';
import { Untrusted } from '@/components/untrusted';
import { paths } from '@/config/paths';
import { countOf, formatCount } from '@/lib/numbers';
import { useMediaQuery } from '@/lib/use-media-query';
import type { Rule } from '../api/get-rules';
import { sayProblems } from '../problem-counts';
import { RuleLevelBadge } from './rule-level';
import { RuleSwitch } from './rule-switch';

const column = createColumnHelper<Rule>();

/** Rules: a table where there is room, else one card each. */
export function RulesList({ rules, search }: { rules: Rule[]; search: string }) {
  const roomy = useMediaQuery('(min-width: 768px)');
  const navigate = useNavigate();
  const columns = useMemo(() => ruleColumns(search), [search]);
  if (roomy) {
    return (
      <DataTable
        caption="Rules in force"
        columns={columns}
        rows={rules}
        rowId={({ id }) => id}
        onRowClick={({ id }) => void navigate(paths.rule.href(id), { state: { search } })}
      />
    );
  }
  return (
    <ul aria-label="Rules" className="border-t">
      {rules.map((rule) => (
        <li key={rule.id} data-row={rule.id} className="relative border-b px-4 py-3 last:border-b-0">
          <div className="flex items-center justify-between gap-2">
            <RuleLevelBadge rule={rule} />
            <span className="relative z-10 inline-flex">
              <RuleSwitch rule={rule} />
            </span>
          </div>
          <Link
            to={paths.rule.href(rule.id)}
            state={{ search }}
            className="mt-1.5 block font-medium break-words outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-ring"
          >
            <Untrusted>{rule.title}</Untrusted>
          </Link>
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
        </li>
      ))}
    </ul>
  );
}

function ruleColumns(search: string): ColumnDef<Rule>[] {
  return [
    column.display({
      id: 'title',
      header: 'Rule',
      meta: { className: 'w-full max-w-0 pl-4 sm:pl-5' },
      cell: ({ row: { original: rule } }) => (
        <>
          <span className="flex items-center gap-2">
            <Link
              to={paths.rule.href(rule.id)}
              state={{ search }}
              className="truncate font-medium underline-offset-4 hover:underline"
            >
              <Untrusted>{rule.title}</Untrusted>
            </Link>
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
      meta: { className: 'whitespace-nowrap text-muted-foreground' },
      cell: ({ row }) => kindOf(row.original),
    }),
    column.display({
      id: 'pack',
      header: 'Pack',
      meta: { className: 'max-w-44 text-muted-foreground' },
      cell: ({ row }) => (
        <span className="block truncate">
          <Untrusted>{row.original.pack}</Untrusted>
        </span>
      ),
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
      meta: { className: 'pr-4 sm:pr-5' },
      cell: ({ row }) => <RuleSwitch rule={row.original} />,
    }),
  ];
}

/** What a rule is over, and that it raises nothing of its own where that is so. */
export function kindOf({ kind, silent }: Pick<Rule, 'kind' | 'silent'>): string {
  if (kind === 'filter') return 'Exception';
  const name = kind === 'event' ? 'Event' : 'Correlation';
  return silent ? `${name}, part of others` : name;
}

function Warnings({ rule: { problems } }: { rule: Rule }) {
  if (problems.length === 0) return null;
  const said = sayProblems(problems, 'warning');
  return (
    <span title={said} className="shrink-0">
      <TriangleAlert aria-hidden className="size-3.5 text-medium" />
      <span className="sr-only">{said}</span>
    </span>
  );
}
