import type { QueryClient } from '@tanstack/react-query';
import type { Rule, RuleDetail, RulePage } from './get-rules';
import { RULES_KEY } from './rules-key';

/**
 * Counts a finding that the stream told of wherever its rule is shown. Rows keep their places, also where the list is
 * sorted by hits.
 */
export function countHit(
  queryClient: QueryClient,
  finding: { rule_name: string; revision: number },
  now: number,
): void {
  const counted = <Shown extends Rule>(rule: Shown): Shown =>
    rule.name === finding.rule_name
      ? {
          ...rule,
          hits: finding.revision === 1 ? rule.hits + 1 : rule.hits,
          last_hit: new Date(now).toISOString(),
        }
      : rule;
  queryClient.setQueriesData<RulePage>({ queryKey: [...RULES_KEY, 'list'] }, (page) =>
    page?.items.some(({ name }) => name === finding.rule_name)
      ? { ...page, items: page.items.map(counted) }
      : page,
  );
  queryClient.setQueriesData<RuleDetail>(
    { queryKey: [...RULES_KEY, 'detail'] },
    (rule) => rule && counted(rule),
  );
}
