import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { checkSession } from '@/lib/access/session';
import { api, call, callForNothing, type Schema } from '@/lib/api/client';

/** A browser in which the person has signed in. */
export type BrowserSession = Schema<'Session'>;

const SESSIONS_KEY = ['sessions'] as const;

/** `GET /sessions`: the own ones. */
export const sessionsQuery = () =>
  queryOptions({
    queryKey: SESSIONS_KEY,
    queryFn: async ({ signal }): Promise<BrowserSession[]> =>
      (await call(api.GET('/sessions', { signal }))).items,
  });

/** `DELETE /sessions/{id}`. */
export function useEndSession() {
  return useChange((id: string) =>
    callForNothing(api.DELETE('/sessions/{id}', { params: { path: { id } } })),
  );
}

/** `POST /me/password`: all other sessions end. */
export function useChangePassword() {
  return useChange((body: Schema<'PasswordChange'>) => callForNothing(api.POST('/me/password', { body })));
}

/** `POST /me/totp`: what the authenticator has to know. Nothing changes before it is confirmed. */
export function useStartTotp() {
  return useMutation({
    mutationFn: (password: string) => call(api.POST('/me/totp', { body: { password } })),
  });
}

/** `POST /me/totp/confirm`: from now on a code is asked for; all other sessions end. */
export function useConfirmTotp() {
  return useChange((code: string) => call(api.POST('/me/totp/confirm', { body: { code } })));
}

/** `POST /me/totp/remove`. */
export function useRemoveTotp() {
  return useChange((password: string) => callForNothing(api.POST('/me/totp/remove', { body: { password } })));
}

/** A change of the account also shows in what the page knows about who uses it, and about the sessions. */
function useChange<Given, Answer>(mutationFn: (given: Given) => Promise<Answer>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: async () => {
      checkSession(queryClient);
      await queryClient.invalidateQueries({ queryKey: SESSIONS_KEY });
    },
  });
}
