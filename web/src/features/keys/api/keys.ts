import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { hasWords, pageOfAll } from '@/components/list/list-of-all';
import { api, call, type Schema } from '@/lib/api/client';
import { useChange } from '@/lib/api/use-change';
import type { KeysView } from '../keys-view';

/** A key of a program. */
export type Key = Schema<'Key'>;
/** A key that was just made, with its secret. */
export type NewKey = Schema<'NewKey'>;

/** Every query about keys begins with this key. */
export const KEYS_KEY = ['keys'] as const;

/** `GET /keys`, of which a page is shown. */
export const keysQuery = (view: KeysView) =>
  queryOptions({
    queryKey: [...KEYS_KEY, view] as const,
    queryFn: async ({ signal }) => {
      const { items } = await call(api.GET('/keys', { signal }));
      const shown = items.filter(
        ({ id, name, state, allowed_sources }) =>
          (view.state === null || view.state === state) &&
          hasWords(view.q, [id, name, ...(allowed_sources ?? [])]),
      );
      return pageOfAll(shown, view);
    },
    placeholderData: keepPreviousData,
  });

/** `POST /keys`. */
export function useCreateKey() {
  return useChange(KEYS_KEY, (body: Schema<'KeyRequest'>) => call(api.POST('/keys', { body })));
}

/** `DELETE /keys/{id}`. */
export function useRevokeKey(id: string) {
  return useChange(KEYS_KEY, () => call(api.DELETE('/keys/{id}', { params: { path: { id } } })));
}
