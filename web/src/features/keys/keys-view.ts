import { parseAsStringLiteral } from 'nuqs/server';
import { listAddress, parseAsWords } from '@/components/list/list-address';
import type { ViewOf } from '@/lib/address';
import type { Permission } from '@/lib/access/session';

/** The states of a key, and their names. */
export const KEY_STATES = [
  ['valid', 'Valid'],
  ['expired', 'Expired'],
  ['revoked', 'Revoked'],
] as const;

/** What a key may do, in words. */
export const SCOPES: readonly { scope: Permission; may: string }[] = [
  { scope: 'events:write', may: 'send events' },
  { scope: 'read', may: 'read events, findings, rules and metrics' },
  { scope: 'triage', may: 'score and rate findings, try rules' },
  { scope: 'rules:write', may: 'change, reload and replay rules' },
  { scope: 'settings', may: 'redrive dead letters' },
  { scope: 'admin', may: 'manage people, keys and the audit trail' },
];

/** The address of the list of keys. */
export const keysAddress = listAddress({
  filters: {
    /** Words in the name, the id or a source. */
    q: parseAsWords,
    state: parseAsStringLiteral(['valid', 'expired', 'revoked']),
  },
  pageSizes: [25, 50, 100],
  pageSize: 25,
});

/** What the address of the page says about the list of keys. */
export type KeysView = ViewOf<typeof keysAddress>;
