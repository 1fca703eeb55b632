import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { api, call, callForNothing } from '@/lib/api/client';
import { forgetAnswers, sessionQuery } from './session';

/**
 * `POST /auth/sign-out`: ends this session, and leads on to the page on which the OpenID provider ends its own. `onDone` is
 * called before the pages disappear.
 */
export function useSignOut(onDone: () => void) {
  return useEnd(async () => (await call(api.POST('/auth/sign-out'))).continue_at, onDone);
}

/** `POST /auth/sign-out-everywhere`: ends this session and all others of the person. */
export function useSignOutEverywhere(onDone: () => void) {
  return useEnd(async () => {
    await callForNothing(api.POST('/auth/sign-out-everywhere'));
    return null;
  }, onDone);
}

function useEnd(end: () => Promise<string | null>, onDone: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: end,
    onSuccess: async (continueAt) => {
      onDone();
      await leave(queryClient);
      if (continueAt !== null) window.location.assign(continueAt);
    },
  });
}

/** Forgets what was answered to the person who leaves. */
async function leave(queryClient: QueryClient): Promise<void> {
  await queryClient.cancelQueries();
  queryClient.setQueryData(sessionQuery().queryKey, { me: null, ended: false });
  forgetAnswers(queryClient);
}
