import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, call, type Schema } from '@/lib/api/client';
import type { Severity } from '@/lib/severity';

/** A finding as it stands in lists. */
export type Finding = Schema<'Finding'>;
/** One page of findings, the newest first. */
export type FindingPage = Schema<'FindingPage'>;

/** What `GET /findings` is asked for. Days are in UTC, both included. */
export interface FindingsFilter {
  page: number;
  page_size: number;
  severity?: Severity[];
  user?: string;
  rule_name?: string;
  from_date?: string;
  to_date?: string;
}

/** Every query about lists of findings starts with this key. */
export const FINDINGS_KEY = ['findings', 'list'] as const;

/** `GET /findings`; the page before stays visible until the next one is there. */
export const findingsQuery = (filter: FindingsFilter) =>
  queryOptions({
    queryKey: [...FINDINGS_KEY, filter] as const,
    queryFn: ({ signal }): Promise<FindingPage> =>
      call(api.GET('/findings', { params: { query: { ...filter } }, signal })),
    placeholderData: keepPreviousData,
  });
