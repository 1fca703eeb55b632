import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, call, type Schema } from '@/lib/api/client';

/** What is stored, and for how long there is room. */
export type Storage = Schema<'Storage'>;
/** How long each kind is kept, in days; 0 is for ever. */
export type Retention = Schema<'Retention'>;
/** The setting, with its defaults and a change that waits. */
export type RetentionSetting = Schema<'Setting'>;
/** What a change would remove. */
export type DryRun = Schema<'RetentionDryRun'>;
/** A legal hold. */
export type LegalHold = Schema<'LegalHold'>;

/** Every query about storage begins with this key. */
const STORAGE_KEY = ['storage'] as const;

/** `GET /storage`. */
export const storageQuery = () =>
  queryOptions({
    queryKey: [...STORAGE_KEY, 'overview'] as const,
    queryFn: ({ signal }) => call(api.GET('/storage', { signal })),
    refetchInterval: 60_000,
  });

/** `GET /settings/retention`. */
export const retentionQuery = () =>
  queryOptions({
    queryKey: [...STORAGE_KEY, 'retention'] as const,
    queryFn: ({ signal }) =>
      call(api.GET('/settings/{name}', { signal, params: { path: { name: 'retention' } } })),
  });

/** `GET /storage/holds`, those in force. */
export const holdsQuery = () =>
  queryOptions({
    queryKey: [...STORAGE_KEY, 'holds'] as const,
    queryFn: async ({ signal }) =>
      (await call(api.GET('/storage/holds', { signal, params: { query: { released: false } } }))).items,
  });

/** `POST /storage/dry-run`. */
export function useDryRun() {
  return useMutation({
    mutationFn: (value: Schema<'RetentionChange'>) => call(api.POST('/storage/dry-run', { body: { value } })),
  });
}

/** `PATCH /settings/retention`. */
export function useChangeRetention() {
  return useChange((body: Schema<'SettingChange'>) =>
    call(api.PATCH('/settings/{name}', { params: { path: { name: 'retention' } }, body })),
  );
}

/** `DELETE /settings/retention/pending`. */
export function useTakeBackRetention() {
  return useChange((revision: number) =>
    call(
      api.DELETE('/settings/{name}/pending', {
        params: { path: { name: 'retention' }, query: { revision } },
      }),
    ),
  );
}

/** `POST /storage/holds`. */
export function useCreateHold() {
  return useChange((body: Schema<'LegalHoldRequest'>) => call(api.POST('/storage/holds', { body })));
}

/** `POST /storage/holds/{id}/release`. */
export function useReleaseHold(id: string) {
  return useChange((reason: string) =>
    call(api.POST('/storage/holds/{id}/release', { params: { path: { id } }, body: { reason } })),
  );
}

function useChange<Given, Answer>(mutationFn: (given: Given) => Promise<Answer>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: STORAGE_KEY }),
  });
}
