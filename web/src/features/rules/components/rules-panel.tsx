import { useQuery } from '@tanstack/react-query';
import { FilterX, ShieldOff } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { Pagination } from '@/components/data-table/pagination';
import { TableSkeleton } from '@/components/data-table/table-skeleton';
import { EmptyState } from '@/components/states/empty-state';
import { ProblemCard } from '@/components/states/problem-card';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { cn } from '@/lib/class-names';
import { countOf } from '@/lib/numbers';
import { rulesQuery } from '../api/get-rules';
import {
  changeRulesView,
  isRulesViewFiltered,
  NO_RULE_FILTERS,
  readRulesView,
  RULE_PAGE_SIZES,
  toRulesFilter,
  type RulesView,
} from '../rules-view';
import { RulesList } from './rules-list';
import { RulesToolbar } from './rules-toolbar';

/** The list of rules with its filters and pages; everything about it stands in the address. */
export function RulesPanel() {
  const [params, setParams] = useSearchParams();
  const view = useMemo(() => readRulesView(params), [params]);
  const change = useCallback(
    (part: Partial<RulesView>) =>
      setParams((current) => changeRulesView(current, part), { preventScrollReset: true, flushSync: true }),
    [setParams],
  );
  const filter = toRulesFilter(view);
  const query = useQuery(rulesQuery(filter));
  const page = query.data;

  // Said once for each list: a count that moves by itself would never stop talking.
  const listKey = JSON.stringify(filter);
  const [announced, setAnnounced] = useState({ listKey: '', text: '' });
  if (page && !query.isPlaceholderData && announced.listKey !== listKey) {
    setAnnounced({ listKey, text: page.total === 0 ? 'No rules' : countOf(page.total, 'rule') });
  }

  return (
    <Card>
      <RulesToolbar view={view} packs={page?.packs ?? []} onChange={change} />
      <p role="status" className="sr-only">
        {announced.text}
      </p>
      <div aria-busy={query.isFetching} className={cn(query.isPlaceholderData && 'opacity-60')}>
        {page && page.items.length > 0 ? (
          <RulesList rules={page.items} search={params.toString()} />
        ) : query.isError ? (
          <div className="border-t p-4 sm:p-5">
            <ProblemCard
              plain
              problem={query.error}
              what="the rules"
              onRetry={() => void query.refetch()}
              retrying={query.isFetching}
            />
          </div>
        ) : !page ? (
          <TableSkeleton rows={10} label="Loading rules" />
        ) : page.total > 0 ? (
          <EmptyState
            icon={FilterX}
            title="There is nothing on this page"
            className="border-t"
            action={
              <Button variant="outline" size="sm" onClick={() => change({ page: 1 })}>
                Go to the first page
              </Button>
            }
          >
            The list is shorter than that.
          </EmptyState>
        ) : isRulesViewFiltered(view) ? (
          <EmptyState
            icon={FilterX}
            title="No rules match these filters"
            className="border-t"
            action={
              <Button variant="outline" size="sm" onClick={() => change(NO_RULE_FILTERS)}>
                Clear filters
              </Button>
            }
          />
        ) : (
          <EmptyState icon={ShieldOff} title="No rules are in force" className="border-t">
            Events are stored, and nothing is found in them. Put rule files into the folder that{' '}
            <code className="font-mono text-xs">RULES_PATH</code> names, then reload.
          </EmptyState>
        )}
      </div>
      {page && page.total > 0 && (
        <Pagination
          noun="rule"
          page={view.page}
          pageSize={view.pageSize}
          pageSizes={RULE_PAGE_SIZES}
          shown={page.items.length}
          total={page.total}
          hasNext={view.page * view.pageSize < page.total}
          onPage={(next) => change({ page: next })}
          onPageSize={(pageSize) => change({ pageSize })}
        />
      )}
    </Card>
  );
}
