import { queryOptions } from '@tanstack/react-query';
import { api, call, type Schema } from '@/lib/api/client';

/** A finding with its reasons and evidence. */
export type FindingDetail = Schema<'FindingDetail'>;

/** The key of one finding's details. */
export const findingKey = (id: number) => ['findings', 'detail', id] as const;

/** `GET /findings/{id}`. */
export const findingQuery = (id: number) =>
  queryOptions({
    queryKey: findingKey(id),
    queryFn: ({ signal }): Promise<FindingDetail> =>
      call(api.GET('/findings/{id}', { params: { path: { id } }, signal })),
  });
