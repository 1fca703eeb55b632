import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, call, type Schema } from '@/lib/api/client';
import { SESSION_KEY } from '@/lib/api/session-key';

/** How people sign in here. */
export type Auth = Schema<'Auth'>;
/** How far a sign-in has come. */
export type SignedIn = Schema<'SignedIn'>;
/** What a one-time link is for. */
export type OneTimeLink = Schema<'OneTimeLink'>;

/** `GET /auth`. */
export const authQuery = () =>
  queryOptions({
    queryKey: ['auth'] as const,
    queryFn: ({ signal }): Promise<Auth> => call(api.GET('/auth', { signal })),
    staleTime: 0,
  });

/** `POST /auth/sign-in`. */
export function useSignIn() {
  return useStep((body: Schema<'SignInRequest'>) => call(api.POST('/auth/sign-in', { body })));
}

/** `POST /auth/totp`. */
export function useEnterCode() {
  return useStep((body: Schema<'TotpRequest'>) => call(api.POST('/auth/totp', { body })));
}

/** `POST /auth/links/use`: sets a password, and signs in with it. */
export function useSetPassword() {
  return useStep((body: Schema<'LinkUse'>) => call(api.POST('/auth/links/use', { body })));
}

/** A step is over when the page knows who uses it, or that there is another step. */
function useStep<Body>(step: (body: Body) => Promise<SignedIn>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: step,
    onSuccess: async ({ totp_required }) => {
      // Also where no page looks at the session yet.
      if (!totp_required) await queryClient.invalidateQueries({ queryKey: SESSION_KEY, refetchType: 'all' });
    },
  });
}

/** `POST /auth/links/check`: what a one-time link is for. */
export const linkQuery = (token: string) =>
  queryOptions({
    queryKey: ['link', token] as const,
    queryFn: ({ signal }): Promise<OneTimeLink> =>
      call(api.POST('/auth/links/check', { body: { token }, signal })),
    staleTime: Infinity,
    // Nothing is kept of a link that was used.
    gcTime: 0,
  });
