import { queryOptions } from '@tanstack/react-query';
import { api, type Schema } from '@/lib/api/client';
import { problemFromBody } from '@/lib/api/problem';

/** How the parts of the system are. */
export type Readiness = Schema<'Readiness'>;

const POLL_EVERY_MS = 15_000;

/** `GET /health/ready`, again and again: no message of the live stream says that a part stands still. */
export const readinessQuery = () =>
  queryOptions({
    queryKey: ['readiness'],
    refetchInterval: POLL_EVERY_MS,
    retry: false,
    queryFn: async ({ signal }): Promise<Readiness> => {
      const { data, error, response } = await api.GET('/health/ready', { signal });
      if (data) return data;
      // Also the answer 503 tells how the parts are.
      if (isReadiness(error)) return error;
      throw problemFromBody(error, { status: response.status, requestId: null });
    },
  });

function isReadiness(answer: unknown): answer is Readiness {
  return typeof answer === 'object' && answer !== null && 'parts' in answer;
}
