import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, call, callForNothing, type Schema } from '@/lib/api/client';

/** A rule that is tried over stored events: how far, and what it finds. */
export type RulePreview = Schema<'RulePreview'>;
/** What a tried rule finds. */
export type PreviewReport = Schema<'PreviewReport'>;

const POLL_MS = 500;
const DAY_MS = 86_400_000;

/** Whether nothing more will happen to a preview. */
export function isPreviewOver({ state }: RulePreview): boolean {
  return state === 'completed' || state === 'failed';
}

/** `GET /rules/previews/{id}`, again and again until it is over. */
export const previewQuery = (id: string) =>
  queryOptions({
    // Not below the key of rules: a reload does not change what was tried.
    queryKey: ['rule-previews', id] as const,
    queryFn: ({ signal }): Promise<RulePreview> =>
      call(api.GET('/rules/previews/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data && isPreviewOver(state.data) ? false : POLL_MS),
    // What is over stays as it is, and is soon forgotten on the other side.
    staleTime: ({ state }) => (state.data && isPreviewOver(state.data) ? Infinity : 0),
  });

/** `POST /rules/preview` with the text of a rule over the events of the last days. Nothing is written. */
export function useStartPreview(onStarted: (preview: RulePreview) => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ yaml, days }: { yaml: string; days: number }): Promise<RulePreview> => {
      const from = new Date(Date.now() - days * DAY_MS).toISOString();
      return call(api.POST('/rules/preview', { body: { yaml, from } }));
    },
    onSuccess: (preview) => {
      queryClient.setQueryData(previewQuery(preview.id).queryKey, preview);
      onStarted(preview);
    },
  });
}

/** `DELETE /rules/previews/{id}`. */
export function useCancelPreview(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (): Promise<void> =>
      callForNothing(api.DELETE('/rules/previews/{id}', { params: { path: { id } } })),
    // It may have ended meanwhile; its state holds the result.
    onSettled: () => queryClient.invalidateQueries({ queryKey: previewQuery(id).queryKey }),
  });
}
