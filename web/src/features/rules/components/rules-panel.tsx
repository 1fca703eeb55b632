import { ShieldOff } from 'lucide-react';
import { ListPanel } from '@/components/list/list-panel';
import { useList } from '@/components/list/use-list';
import { EmptyState } from '@/components/states/empty-state';
import { paths } from '@/config/paths';
import { rulesQuery } from '../api/get-rules';
import { RULES_KEY } from '../api/rules-key';
import { rulesAddress, toRulesFilter } from '../rules-view';
import { RULE_COLUMNS, RuleCard } from './rule-columns';
import { RuleFilters } from './rule-filters';

/** The list of rules with its filters and pages; everything about it stands in the address. */
export function RulesPanel() {
  const list = useList({
    address: rulesAddress,
    listKey: RULES_KEY,
    query: (view) => rulesQuery(toRulesFilter(view)),
  });
  return (
    <ListPanel
      list={list}
      noun="rule"
      caption="Rules in force"
      filters={<RuleFilters view={list.view} packs={list.page?.packs ?? []} onChange={list.change} />}
      columns={RULE_COLUMNS}
      card={(rule) => <RuleCard rule={rule} />}
      // The page of a rule leads back to the list as it was.
      target={(id) => ({ to: paths.rule.href(String(id)), state: { search: list.searchFor({}) } })}
      none={
        <EmptyState icon={ShieldOff} title="No rules are in force" className="border-t">
          Events are stored, and nothing is found in them. Put rule files into the folder that{' '}
          <code className="font-mono text-xs">RULES_PATH</code> names, then reload.
        </EmptyState>
      }
    />
  );
}
