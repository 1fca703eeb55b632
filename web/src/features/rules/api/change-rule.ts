import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, call, type Schema } from '@/lib/api/client';
import type { RuleDetail } from './get-rules';
import { RULES_KEY } from './rules-key';

/** What is changed about a rule, by whom and why. */
export type RuleChangeRequest = Schema<'RuleChangeRequest'>;

/** `PATCH /rules/{id}`: enables or disables a rule, or sets the level of its findings. */
export function useChangeRule(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (change: RuleChangeRequest): Promise<RuleDetail> =>
      call(api.PATCH('/rules/{id}', { params: { path: { id } }, body: change })),
    // Also after a refusal: the rule may have been changed in the meantime.
    onSettled: () => queryClient.invalidateQueries({ queryKey: RULES_KEY }),
  });
}
