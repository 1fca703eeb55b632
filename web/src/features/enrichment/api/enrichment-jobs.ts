import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, call, type Schema } from '@/lib/api/client';

/** A bulk enrichment: how far it is and, once completed, what it did. */
export type Enrichment = Schema<'Enrichment'>;

const POLL_MS = 800;

/** Whether nothing more will happen to a job. */
export function isOver(job: Enrichment): boolean {
  return job.state === 'completed' || job.state === 'failed';
}

/** `GET /enrichments/{id}`, again and again until it is over. */
export const enrichmentQuery = (id: string) =>
  queryOptions({
    queryKey: ['enrichments', id] as const,
    queryFn: ({ signal }): Promise<Enrichment> =>
      call(api.GET('/enrichments/{id}', { params: { path: { id } }, signal })),
    refetchInterval: (query) => (query.state.data && isOver(query.state.data) ? false : POLL_MS),
    staleTime: 0,
  });

/** `POST /enrichments`: starts to enrich findings that have no enrichment, at most `limit` of them. */
export function useStartEnrichment(onStarted: (id: string) => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (limit: number | undefined): Promise<Enrichment> =>
      call(api.POST('/enrichments', { body: { limit } })),
    onSuccess: (job) => {
      queryClient.setQueryData(enrichmentQuery(job.id).queryKey, job);
      onStarted(job.id);
    },
  });
}
