import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './problem';
import { SESSION_KEY } from './session-key';

/**
 * The one cache of server state. A failure that cannot heal by itself is shown immediately, others after one retry.
 * When the API wants to know who asks, or does not permit what is asked, the session is looked at again: it may have
 * ended, or the role may be another one.
 */
export function createQueryClient(): QueryClient {
  const checkSession = (problem: unknown) => {
    const refused = problem instanceof ApiProblem && (problem.status === 401 || problem.status === 403);
    if (refused) void client.invalidateQueries({ queryKey: SESSION_KEY }, { cancelRefetch: false });
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (problem, { queryKey }) => {
        if (queryKey[0] !== SESSION_KEY[0]) checkSession(problem);
      },
    }),
    mutationCache: new MutationCache({ onError: checkSession }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, problem) => failures < 1 && (!(problem instanceof ApiProblem) || problem.transient),
        retryDelay: 600,
        // Rows must not move because the user came back to the tab; live updates know what to refresh.
        refetchOnWindowFocus: false,
      },
      mutations: { retry: false },
    },
  });
  return client;
}
