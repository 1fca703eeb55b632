import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './problem';

/** The one cache of server state. A failure that cannot heal by itself is shown immediately, others after one retry. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
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
}
