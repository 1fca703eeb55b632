import { queryOptions, useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { api, call, patientFetch, type Schema } from '@/lib/api/client';
import type { LiveMessages } from '@/lib/live/live-stream';

/** A bulk enrichment: its progress, and the number of findings by result. */
export type Enrichment = Schema<'Enrichment'>;
/** What a bulk enrichment would do and cost. */
export type EnrichmentEstimate = Schema<'EnrichmentEstimate'>;
/** The result for one finding. */
export type EnrichmentItem = Schema<'EnrichmentItem'>;
/** Which findings, and how many at most. */
export type EnrichmentRequest = Schema<'EnrichmentRequest'>;
/** Whether a model answers. */
export type AiStatus = Schema<'AiStatus'>;

/** The stream tells of progress, too; this is for what it misses. */
const POLL_MS = 2_000;

/** Whether nothing more will happen to a run by itself. */
export function isOver(run: Enrichment): boolean {
  return run.state === 'completed' || run.state === 'failed' || run.state === 'cancelled';
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

/** What the stream tells about a run, put where the run is shown. */
export function patchEnrichment(
  queryClient: QueryClient,
  { id, state, total, tally }: LiveMessages['enrichment'],
): void {
  queryClient.setQueryData<Enrichment>(enrichmentQuery(id).queryKey, (run) => {
    if (run === undefined || isOver(run)) return run;
    const open = tally.pending + tally.queued;
    return {
      ...run,
      state,
      tally,
      progress: total === null ? run.progress : { done: total - open, total },
    };
  });
}

/** `GET /enrichments/{id}/items`: the first of those in a state. */
export const enrichmentItemsQuery = (id: string, state: EnrichmentItem['state'] | undefined, limit: number) =>
  queryOptions({
    queryKey: ['enrichments', id, 'items', state ?? 'all', limit] as const,
    queryFn: ({ signal }): Promise<EnrichmentItem[]> =>
      call(api.GET('/enrichments/{id}/items', { params: { path: { id }, query: { state, limit } }, signal })),
    staleTime: 0,
  });

/** `POST /enrichments?dry_run=true`. */
export const estimateQuery = (request: EnrichmentRequest) =>
  queryOptions({
    queryKey: ['enrichments', 'estimate', request] as const,
    queryFn: async ({ signal }): Promise<EnrichmentEstimate> =>
      (await call(
        api.POST('/enrichments', {
          params: { query: { dry_run: true } },
          body: request,
          signal,
          fetch: patientFetch,
        }),
      )) as EnrichmentEstimate,
    staleTime: 10_000,
    retry: false,
  });

/** `GET /ai/status`. */
export const aiStatusQuery = () =>
  queryOptions({
    queryKey: ['ai', 'status'] as const,
    queryFn: ({ signal }): Promise<AiStatus> => call(api.GET('/ai/status', { signal })),
    staleTime: 10_000,
  });

/** `POST /enrichments`. */
export function useStartEnrichment(onStarted: (id: string) => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (request: EnrichmentRequest): Promise<Enrichment> =>
      (await call(api.POST('/enrichments', { body: request }))) as Enrichment,
    onSuccess: (run) => {
      queryClient.setQueryData(enrichmentQuery(run.id).queryKey, run);
      onStarted(run.id);
    },
  });
}

/** What can be done to a run. */
export type EnrichmentAction = 'pause' | 'resume' | 'cancel' | 'retry' | 'retry-fallbacks';

/** `POST /enrichments/{id}/pause` and so on. */
export function useControlEnrichment(id: string) {
  const queryClient = useQueryClient();
  const params = { path: { id } };
  return useMutation({
    mutationFn: (action: EnrichmentAction): Promise<Enrichment> => {
      switch (action) {
        case 'pause':
          return call(api.POST('/enrichments/{id}/pause', { params }));
        case 'resume':
          return call(api.POST('/enrichments/{id}/resume', { params }));
        case 'cancel':
          return call(api.POST('/enrichments/{id}/cancel', { params }));
        case 'retry':
        case 'retry-fallbacks': {
          const query = { fallbacks: action === 'retry-fallbacks' };
          return call(api.POST('/enrichments/{id}/retry', { params: { ...params, query } }));
        }
      }
    },
    onSuccess: async (run) => {
      queryClient.setQueryData(enrichmentQuery(id).queryKey, run);
      await queryClient.invalidateQueries({ queryKey: ['enrichments', id] });
    },
  });
}
