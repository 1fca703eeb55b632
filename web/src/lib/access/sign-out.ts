import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { api, callForNothing } from '@/lib/api/client';
import { SESSION_KEY } from '@/lib/api/session-key';
import { sessionQuery } from './session';

/** `POST /auth/sign-out`: ends this session. `onDone` is called before the pages disappear. */
export function useSignOut(onDone: () => void) {
  return useEnd(() => callForNothing(api.POST('/auth/sign-out')), onDone);
}

/** `POST /auth/sign-out-everywhere`: ends this session and all others of the person. */
export function useSignOutEverywhere(onDone: () => void) {
  return useEnd(() => callForNothing(api.POST('/auth/sign-out-everywhere')), onDone);
}

function useEnd(end: () => Promise<void>, onDone: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: end,
    onSuccess: async () => {
      onDone();
      await leave(queryClient);
    },
  });
}

/** Forgets what was answered to the person who leaves. */
async function leave(queryClient: QueryClient): Promise<void> {
  await queryClient.cancelQueries();
  queryClient.setQueryData(sessionQuery().queryKey, { me: null, ended: false });
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
}
