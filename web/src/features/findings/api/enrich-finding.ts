import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, call, patientFetch } from '@/lib/api/client';
import { exchangesKey } from './get-exchanges';
import { findingKey } from './get-finding';
import { FINDINGS_KEY, type Finding } from './get-findings';
import { patchFinding } from './patch-findings';

/** `POST /findings/{id}/enrich_with_ai`: scores and explains one finding, and shows the result wherever it stands. */
export function useEnrichFinding(id: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationKey: ['enrich-finding', id],
    mutationFn: (): Promise<Finding> =>
      call(api.POST('/findings/{id}/enrich_with_ai', { params: { path: { id } }, fetch: patientFetch })),
    onSuccess: async (finding) => {
      // A list that is being fetched right now may still bring the old row.
      await queryClient.cancelQueries({ queryKey: FINDINGS_KEY });
      patchFinding(queryClient, finding);
      queryClient.removeQueries({ queryKey: exchangesKey(id) });
      await queryClient.invalidateQueries({ queryKey: findingKey(id) });
    },
  });
}
