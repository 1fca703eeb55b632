import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, call, patientFetch, type Schema } from '@/lib/api/client';
import { RULES_KEY } from './rules-key';

/** What a reload changed. */
export type RulesReload = Schema<'RulesReload'>;

/** `POST /rules/reload`: has the system read its rule files again. */
export function useReloadRules() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ skipFaulty }: { skipFaulty: boolean }): Promise<RulesReload> =>
      call(api.POST('/rules/reload', { body: { skip_faulty: skipFaulty }, fetch: patientFetch })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: RULES_KEY }),
  });
}
