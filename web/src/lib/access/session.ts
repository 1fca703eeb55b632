import { queryOptions, useQuery, type QueryClient } from '@tanstack/react-query';
import { api, call, type Schema } from '@/lib/api/client';
import { ApiProblem } from '@/lib/api/problem';
import { SESSION_KEY } from '@/lib/api/session-key';

/** Who uses the page, and what the person may do. */
export type Me = Schema<'Me'>;
/** What an actor may do. */
export type Permission = Schema<'Permission'>;

/** Who is signed in. */
export interface SessionState {
  /** Null before the sign-in. */
  me: Me | null;
  /** A session of this page has come to its end. */
  ended: boolean;
}

const WHILE_UNKNOWN_EVERY_MS = 5_000;

/**
 * `GET /me`. It is asked again whenever a call or the live stream is refused, so that the page follows a session that
 * ends and a role that changes.
 */
export const sessionQuery = () =>
  queryOptions({
    queryKey: SESSION_KEY,
    queryFn: async ({ client, signal }): Promise<SessionState> => {
      const before = client.getQueryData<SessionState>(SESSION_KEY);
      const session = await readSession(before, signal);
      if (before && before.me?.actor.id !== session.me?.actor.id) forgetAnswers(client);
      return session;
    },
    staleTime: Infinity,
    refetchOnWindowFocus: 'always',
    refetchInterval: ({ state }) => (state.status === 'error' ? WHILE_UNKNOWN_EVERY_MS : false),
  });

/** Who uses the page; undefined while that is not known. */
export function useMe(): Me | undefined {
  return useQuery(sessionQuery()).data?.me ?? undefined;
}

/** Whether the one who uses the page may do something. The API decides it; the page only hides what would be refused. */
export function useMay(permission: Permission): boolean {
  return useMe()?.permissions.includes(permission) ?? false;
}

/** Has the page find out again who uses it. */
export function checkSession(queryClient: QueryClient): void {
  void queryClient.invalidateQueries({ queryKey: SESSION_KEY }, { cancelRefetch: false });
}

async function readSession(before: SessionState | undefined, signal: AbortSignal): Promise<SessionState> {
  try {
    return { me: await call(api.GET('/me', { signal })), ended: false };
  } catch (problem) {
    if (!(problem instanceof ApiProblem) || problem.status !== 401) throw problem;
    return { me: null, ended: before !== undefined && (before.me !== null || before.ended) };
  }
}

/** Answers were given to one caller; the next one asks for its own. */
export function forgetAnswers(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
}
