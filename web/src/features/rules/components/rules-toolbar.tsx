import { X } from 'lucide-react';
import { TextFilter } from '@/components/data-table/text-filter';
import { Button } from '@/components/ui/button';
import { NativeSelect } from '@/components/ui/native-select';
import type { RulePage } from '../api/get-rules';
import {
  isRulesViewFiltered,
  NO_RULE_FILTERS,
  RULE_LEVELS,
  RULE_SORTS,
  type RuleSort,
  type RulesView,
} from '../rules-view';
import { levelLabel } from './rule-level';

const SORT_NAMES: Record<RuleSort, string> = {
  name: 'By name',
  hits: 'Most hits first',
  last_hit: 'Latest hit first',
  level: 'Highest level first',
};

/** The filters above the list of rules, and its order. */
export function RulesToolbar({
  view,
  packs,
  onChange,
}: {
  view: RulesView;
  packs: RulePage['packs'];
  onChange: (change: Partial<RulesView>) => void;
}) {
  // A pack of the address stays on offer, also where no such pack is in force.
  const offered = packs.some(({ pack }) => pack === view.pack) || view.pack === '' ? [] : [view.pack];
  return (
    <div
      role="search"
      aria-label="Filter rules"
      className="grid grid-cols-2 items-center gap-2 px-4 py-3.5 sm:flex sm:flex-wrap sm:px-5 [&_select]:h-9 max-sm:[&_select]:w-full"
    >
      <TextFilter
        id="rules-text"
        label="Text"
        placeholder="Name, description or tag"
        value={view.text}
        onChange={(text) => onChange({ text })}
        className="max-sm:col-span-2 sm:w-60"
      />
      <NativeSelect
        aria-label="Level"
        value={view.level ?? ''}
        onChange={({ target }) => onChange({ level: RULE_LEVELS.find((level) => level === target.value) })}
      >
        <option value="">Any level</option>
        {RULE_LEVELS.map((level) => (
          <option key={level} value={level}>
            {levelLabel(level)}
          </option>
        ))}
      </NativeSelect>
      <NativeSelect
        aria-label="State"
        value={view.state ?? ''}
        onChange={({ target: { value } }) =>
          onChange({ state: value === 'enabled' || value === 'disabled' ? value : undefined })
        }
      >
        <option value="">Enabled or not</option>
        <option value="enabled">Enabled</option>
        <option value="disabled">Disabled</option>
      </NativeSelect>
      <NativeSelect
        aria-label="Pack"
        value={view.pack}
        onChange={({ target }) => onChange({ pack: target.value })}
        className="sm:max-w-56"
      >
        <option value="">Any pack</option>
        {packs.map(({ pack, rules }) => (
          <option key={pack} value={pack}>
            {pack} ({rules})
          </option>
        ))}
        {offered.map((pack) => (
          <option key={pack} value={pack}>
            {pack}
          </option>
        ))}
      </NativeSelect>
      <NativeSelect
        aria-label="Order"
        value={view.sort}
        onChange={({ target }) =>
          onChange({ sort: RULE_SORTS.find((sort) => sort === target.value) ?? 'name' })
        }
      >
        {RULE_SORTS.map((sort) => (
          <option key={sort} value={sort}>
            {SORT_NAMES[sort]}
          </option>
        ))}
      </NativeSelect>
      {isRulesViewFiltered(view) && (
        <Button variant="ghost" className="max-sm:col-span-2" onClick={() => onChange(NO_RULE_FILTERS)}>
          <X aria-hidden />
          Clear filters
        </Button>
      )}
    </div>
  );
}
