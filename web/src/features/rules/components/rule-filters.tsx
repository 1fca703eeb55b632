import { ChoiceFilter } from '@/components/list/choice-filter';
import { TextFilter } from '@/components/list/text-filter';
import type { Change } from '@/lib/address';
import type { RulePage } from '../api/get-rules';
import { RULE_LEVELS, RULE_SORTS, type RuleSort, type RulesView } from '../rules-view';
import { levelLabel } from './rule-level';

const SORT_NAMES: Record<RuleSort, string> = {
  name: 'By name',
  hits: 'Most hits first',
  last_hit: 'Latest hit first',
  level: 'Highest level first',
};

/** The filters above the list of rules, and its order. */
export function RuleFilters({
  view,
  packs,
  onChange,
}: {
  view: RulesView;
  packs: RulePage['packs'];
  onChange: (change: Change<RulesView>) => void;
}) {
  const inForce = packs.map(({ pack, rules }) => [pack, `${pack} (${rules})`] as const);
  // A pack of the address stays on offer, also where no such pack is in force.
  const offered = view.pack === '' || packs.some(({ pack }) => pack === view.pack) ? [] : [view.pack];
  return (
    <>
      <TextFilter
        label="Text"
        placeholder="Name, description or tag"
        value={view.q}
        onChange={(q) => onChange({ q })}
        className="max-sm:col-span-2 sm:w-60"
      />
      <ChoiceFilter
        label="Level"
        any="Any level"
        value={view.level}
        choices={RULE_LEVELS.map((level) => [level, levelLabel(level)])}
        onChange={(level) => onChange({ level })}
      />
      <ChoiceFilter
        label="State"
        any="Enabled or not"
        value={view.state}
        choices={[
          ['enabled', 'Enabled'],
          ['disabled', 'Disabled'],
        ]}
        onChange={(state) => onChange({ state })}
      />
      <ChoiceFilter
        label="Pack"
        any="Any pack"
        value={view.pack}
        choices={[...inForce, ...offered.map((pack) => [pack, pack] as const)]}
        onChange={(pack) => onChange({ pack })}
        className="sm:max-w-56"
      />
      <ChoiceFilter
        label="Order"
        value={view.sort}
        choices={RULE_SORTS.map((sort) => [sort, SORT_NAMES[sort]])}
        onChange={(sort) => onChange({ sort })}
      />
    </>
  );
}
