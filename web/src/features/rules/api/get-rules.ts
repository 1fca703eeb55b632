import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, call, type Schema } from '@/lib/api/client';
import { RULES_KEY } from './rules-key';

/** A rule as it stands in lists. */
export type Rule = Schema<'Rule'>;
/** A rule with its text and its history. */
export type RuleDetail = Schema<'RuleDetail'>;
/** The level of a rule; its findings have at least `low`. */
export type RuleLevel = Schema<'RuleLevel'>;
/** One page of rules. */
export type RulePage = Schema<'RulePage'>;
/** What is wrong with the rule files. */
export type RuleProblems = Schema<'RuleProblems'>;

/** What `GET /rules` is asked for. */
export interface RulesFilter {
  page: number;
  page_size: number;
  q?: string;
  pack?: string;
  level?: RuleLevel[];
  enabled?: boolean;
  sort?: 'name' | 'hits' | 'last_hit' | 'level';
}

const LIST_KEY = [...RULES_KEY, 'list'] as const;
/** The key of one rule, by whatever it was asked for: id or name. */
const ruleKey = (id: string) => [...RULES_KEY, 'detail', id] as const;

/** `GET /rules`; the page before stays visible until the next one is there. */
export const rulesQuery = (filter: RulesFilter) =>
  queryOptions({
    queryKey: [...LIST_KEY, filter] as const,
    queryFn: ({ signal }): Promise<RulePage> =>
      call(api.GET('/rules', { params: { query: { ...filter } }, signal })),
    placeholderData: keepPreviousData,
  });

/** `GET /rules/{id}`. */
export const ruleQuery = (id: string) =>
  queryOptions({
    queryKey: ruleKey(id),
    queryFn: ({ signal }): Promise<RuleDetail> =>
      call(api.GET('/rules/{id}', { params: { path: { id } }, signal })),
  });

/** `GET /rules/problems`. */
export const ruleProblemsQuery = () =>
  queryOptions({
    queryKey: [...RULES_KEY, 'problems'] as const,
    queryFn: ({ signal }): Promise<RuleProblems> => call(api.GET('/rules/problems', { signal })),
  });
