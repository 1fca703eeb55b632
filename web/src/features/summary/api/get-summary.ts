import { queryOptions } from '@tanstack/react-query';
import { api, call, type Schema } from '@/lib/api/client';

/** What the cards and charts show. */
export type Summary = Schema<'StatsSummary'>;

/** Every query about figures starts with this key. */
export const SUMMARY_KEY = ['summary'] as const;

/** `GET /stats/summary`. */
export const summaryQuery = () =>
  queryOptions({
    queryKey: SUMMARY_KEY,
    queryFn: ({ signal }): Promise<Summary> => call(api.GET('/stats/summary', { signal })),
  });
