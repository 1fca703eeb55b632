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
/** Page sizes on offer. */
export const RULE_PAGE_SIZES = [25, 50, 100, 200] as const;
const DEFAULT_PAGE_SIZE = 50;

/** What the address of the page says about the list of rules. */
export interface RulesView {
  /** Words in id, name, title, description or a tag. */
  text: string;
  /** The level that findings get; all without. */
  level?: RuleLevel;
  /** All without. */
  state?: 'enabled' | 'disabled';
  /** All without. */
  pack: string;
  sort: RuleSort;
  page: number;
  pageSize: number;
}

/** What takes every filter away. */
export const NO_RULE_FILTERS = { text: '', level: undefined, state: undefined, pack: '' } as const;

/** Reads the address; what makes no sense there counts as absent. */
export function readRulesView(params: URLSearchParams): RulesView {
  const state = params.get('state');
  const page = params.get('page') ?? '';
  const pageSize = Number(params.get('page_size'));
  return {
    text: params.get('q')?.trim() ?? '',
    level: RULE_LEVELS.find((level) => level === params.get('level')),
    state: state === 'enabled' || state === 'disabled' ? state : undefined,
    pack: params.get('pack')?.trim() ?? '',
    sort: RULE_SORTS.find((sort) => sort === params.get('sort')) ?? 'name',
    page: /^[1-9]\d{0,5}$/.test(page) ? Number(page) : 1,
    pageSize: (RULE_PAGE_SIZES as readonly number[]).includes(pageSize) ? pageSize : DEFAULT_PAGE_SIZE,
  };
}

/** Writes a changed view into an address; any change but of the page starts at page 1. Parameters of others stay. */
export function changeRulesView(params: URLSearchParams, change: Partial<RulesView>): URLSearchParams {
  const next = { ...readRulesView(params), page: 1, ...change };
  const written = new URLSearchParams(params);
  for (const name of ['q', 'level', 'state', 'pack', 'sort', 'page', 'page_size']) written.delete(name);
  if (next.text) written.set('q', next.text);
  if (next.level) written.set('level', next.level);
  if (next.state) written.set('state', next.state);
  if (next.pack) written.set('pack', next.pack);
  if (next.sort !== 'name') written.set('sort', next.sort);
  if (next.page > 1) written.set('page', String(next.page));
  if (next.pageSize !== DEFAULT_PAGE_SIZE) written.set('page_size', String(next.pageSize));
  return written;
}

/** The filter that the API is asked with. */
export function toRulesFilter(view: RulesView): RulesFilter {
  return {
    page: view.page,
    page_size: view.pageSize,
    q: view.text || undefined,
    pack: view.pack || undefined,
    level: view.level && [view.level],
    enabled: view.state && view.state === 'enabled',
    sort: view.sort,
  };
}

/** Whether anything but order, page and size narrows the list. */
export function isRulesViewFiltered({ text, level, state, pack }: RulesView): boolean {
  return text !== '' || level !== undefined || state !== undefined || pack !== '';
}
