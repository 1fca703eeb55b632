import { useQuery } from '@tanstack/react-query';
import { ArrowLeft } from 'lucide-react';
import { Link, useLocation } from 'react-router';
import { PageHeader } from '@/components/layout/page-header';
import { ProblemCard } from '@/components/states/problem-card';
import { Card } from '@/components/ui/card';
import { Skeleton } from '@/components/ui/skeleton';
import { paths } from '@/config/paths';
import { revealInvisible } from '@/lib/untrusted-text';
import { ruleQuery } from '../api/get-rules';
import { RuleAbout } from './rule-about';
import { RuleFacts } from './rule-facts';
import { RuleHistory } from './rule-history';
import { RulePreviewCard } from './rule-preview';
import { RuleState } from './rule-state';

/** Everything that is known about one rule, and a place to try it with another text. */
export function RulePage({ id }: { id: string }) {
  const query = useQuery(ruleQuery(id));
  const rule = query.data;
  return (
    <>
      <BackToRules />
      <PageHeader title={rule && revealInvisible(rule.title)} />
      {rule ? (
        <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_22rem] min-[100rem]:grid-cols-[minmax(0,1fr)_28rem] lg:grid-rows-[auto_1fr]">
          <RuleAbout rule={rule} />
          <div className="min-w-0 space-y-4 lg:col-start-2 lg:row-span-2 lg:row-start-1">
            <RuleState rule={rule} />
            <RuleHistory changes={rule.changes} />
            <RuleFacts rule={rule} />
          </div>
          <RulePreviewCard key={rule.id} rule={rule} />
        </div>
      ) : query.isError ? (
        <ProblemCard
          problem={query.error}
          what="the rule"
          onRetry={() => void query.refetch()}
          retrying={query.isFetching}
        />
      ) : (
        <div
          role="status"
          aria-label="Loading the rule"
          className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_22rem] min-[100rem]:grid-cols-[minmax(0,1fr)_28rem]"
        >
          <Card className="space-y-3 p-5">
            <Skeleton className="h-5 w-24" />
            <Skeleton className="h-4 w-full" />
            <Skeleton className="h-4 w-3/4" />
            <Skeleton className="h-40 w-full" />
          </Card>
          <Card className="space-y-3 p-5">
            <Skeleton className="h-5 w-2/3" />
            <Skeleton className="h-28 w-full" />
          </Card>
        </div>
      )}
    </>
  );
}

/** Leads to the list, as it was filtered when the rule was opened from it. */
function BackToRules() {
  const state: unknown = useLocation().state;
  const search =
    typeof state === 'object' && state !== null && 'search' in state && typeof state.search === 'string'
      ? state.search
      : '';
  return (
    <Link
      to={{ pathname: paths.rules.href(), search }}
      className="mb-2 inline-flex items-center gap-1 rounded text-[0.8125rem] text-muted-foreground hover:text-foreground"
    >
      <ArrowLeft aria-hidden className="size-3.5" />
      All rules
    </Link>
  );
}
