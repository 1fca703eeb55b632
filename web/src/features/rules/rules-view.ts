import { parseAsStringLiteral } from 'nuqs/server';
import { listAddress, parseAsWords } from '@/components/list/list-address';
import type { ViewOf } from '@/lib/address';
import type { RuleLevel, RulesFilter } from './api/get-rules';

/** The levels that a rule may have, the worst first. */
export const RULE_LEVELS = [
  'critical',
  'high',
  'medium',
  'low',
  'informational',
] as const satisfies readonly RuleLevel[];
/** Orders of the list. */
export const RULE_SORTS = ['name', 'hits', 'last_hit', 'level'] as const;
export type RuleSort = (typeof RULE_SORTS)[number];

/** The address of the list of rules. */
export const rulesAddress = listAddress({
  filters: {
    /** Words in id, name, title, description or a tag. */
    q: parseAsWords,
    /** The level that findings get. */
    level: parseAsStringLiteral(RULE_LEVELS),
    state: parseAsStringLiteral(['enabled', 'disabled']),
    pack: parseAsWords,
  },
  order: { sort: parseAsStringLiteral(RULE_SORTS).withDefault('name') },
  pageSizes: [25, 50, 100, 200],
  pageSize: 50,
});

/** What the address of the page says about the list of rules. */
export type RulesView = ViewOf<typeof rulesAddress>;

/** The filter that the API is asked with. */
export function toRulesFilter({ page, page_size, q, pack, level, state, sort }: RulesView): RulesFilter {
  return {
    page,
    page_size,
    q: q || undefined,
    pack: pack || undefined,
    level: level === null ? undefined : [level],
    enabled: state === null ? undefined : state === 'enabled',
    sort,
  };
}
