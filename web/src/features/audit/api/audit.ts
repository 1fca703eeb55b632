import { keepPreviousData, queryOptions, useMutation } from '@tanstack/react-query';
import { env } from '@/config/current-env';
import { api, call, patientFetch, type Schema } from '@/lib/api/client';
import { dayOf, type AuditView } from '../audit-view';

/** An entry of the audit trail, by its number. */
export type AuditEntry = Schema<'AuditEntry'> & { id: number };
/** What a check of the whole trail has found. */
export type AuditVerification = Schema<'AuditVerification'>;

/** Every query about the audit trail begins with this key. */
export const AUDIT_KEY = ['audit'] as const;

/** A page of entries, the latest first. */
export interface AuditPage {
  items: AuditEntry[];
  hasNext: boolean;
  /** Where the next page begins. */
  next: number | null;
}

/** `GET /audit`. */
export const auditQuery = ({ actor, action, object, from, to, before, page_size }: AuditView) => {
  const query = {
    actor: actor || undefined,
    action: action === null ? undefined : [action],
    object: object || undefined,
    from: from === null ? undefined : `${dayOf(from)}T00:00:00.000Z`,
    to: to === null ? undefined : `${dayOf(to)}T23:59:59.999Z`,
    before: before ?? undefined,
    limit: page_size,
  };
  return queryOptions({
    queryKey: [...AUDIT_KEY, 'list', query] as const,
    queryFn: async ({ signal }): Promise<AuditPage> => {
      const { items, next } = await call(api.GET('/audit', { params: { query }, signal }));
      return { items: items.map(withId), hasNext: next !== null, next };
    },
    placeholderData: keepPreviousData,
  });
};

/** One entry; an entry never changes. */
export const auditEntryQuery = (id: number) =>
  queryOptions({
    queryKey: [...AUDIT_KEY, 'entry', id] as const,
    queryFn: async ({ signal }): Promise<AuditEntry | null> => {
      const query = { before: id + 1, limit: 1 };
      const { items } = await call(api.GET('/audit', { params: { query }, signal }));
      const [entry] = items;
      return entry?.seq === id ? withId(entry) : null;
    },
    staleTime: Infinity,
  });

/** `GET /audit/verify`. */
export function useVerifyAudit() {
  return useMutation({ mutationFn: () => call(api.GET('/audit/verify', { fetch: patientFetch })) });
}

/** Where the export is; the browser saves it while it comes. */
export const AUDIT_EXPORT_URL = `${env.apiBaseUrl}/audit/export`;

function withId(entry: Schema<'AuditEntry'>): AuditEntry {
  return { ...entry, id: entry.seq };
}
