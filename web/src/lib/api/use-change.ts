import { useMutation, useQueryClient } from '@tanstack/react-query';

/** A change after which all queries that begin with a key are asked again. */
export function useChange<Given, Answer>(
  queryKey: readonly string[],
  mutationFn: (given: Given) => Promise<Answer>,
) {
  const queryClient = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => queryClient.invalidateQueries({ queryKey }) });
}
