import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { hasWords, pageOfAll } from '@/components/list/list-of-all';
import { api, call, type Schema } from '@/lib/api/client';
import { useChange } from '@/lib/api/use-change';
import type { PeopleView } from '../people-view';

/** A person who may sign in. */
export type Person = Schema<'Person'>;
/** A person, with a link to hand over. */
export type PersonWithLink = Schema<'PersonWithLink'>;

/** Every query about people begins with this key. */
export const PEOPLE_KEY = ['people'] as const;

/** `GET /people`, of which a page is shown. */
export const peopleQuery = (view: PeopleView) =>
  queryOptions({
    queryKey: [...PEOPLE_KEY, view] as const,
    queryFn: async ({ signal }) => {
      const { items } = await call(api.GET('/people', { signal }));
      const shown = items.filter(
        ({ name, email, role, state }) =>
          (view.role === null || view.role === role) &&
          (view.state === null || view.state === state) &&
          hasWords(view.q, [name, email]),
      );
      return pageOfAll(shown, view);
    },
    placeholderData: keepPreviousData,
  });

/** `POST /people`. */
export function useInvite() {
  return useChange(PEOPLE_KEY, (body: Schema<'Invitation'>) => call(api.POST('/people', { body })));
}

/** `PATCH /people/{id}`. */
export function useChangePerson(id: string) {
  return useChange(PEOPLE_KEY, (body: Schema<'PersonChange'>) =>
    call(api.PATCH('/people/{id}', { params: { path: { id } }, body })),
  );
}

/** `POST /people/{id}/reset-link`. */
export function useResetLink(id: string) {
  return useChange(PEOPLE_KEY, (body: Schema<'ResetRequest'>) =>
    call(api.POST('/people/{id}/reset-link', { params: { path: { id } }, body })),
  );
}
