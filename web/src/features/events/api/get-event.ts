import { queryOptions } from '@tanstack/react-query';
import { api, call } from '@/lib/api/client';
import type { StoredEvent } from './get-events';

/** `GET /events/{id}`; an event never changes. */
export const eventQuery = (id: number) =>
  queryOptions({
    queryKey: ['events', 'detail', id] as const,
    queryFn: ({ signal }): Promise<StoredEvent> =>
      call(api.GET('/events/{id}', { params: { path: { id } }, signal })),
    staleTime: Infinity,
  });
