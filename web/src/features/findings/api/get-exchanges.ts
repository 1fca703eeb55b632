import { queryOptions } from '@tanstack/react-query';
import { api, call, type Schema } from '@/lib/api/client';

/** What left the house about a finding and what came back. */
export type FindingExchanges = Schema<'FindingExchanges'>;

/** The key of what was sent about one finding. */
export const exchangesKey = (id: number) => ['findings', 'exchanges', id] as const;

/** `GET /findings/{id}/enrichment`. */
export const exchangesQuery = (id: number) =>
  queryOptions({
    queryKey: exchangesKey(id),
    queryFn: ({ signal }): Promise<FindingExchanges> =>
      call(api.GET('/findings/{id}/enrichment', { params: { path: { id } }, signal })),
  });
