/** Kinds of stored data, as the storage page tells them apart; `other` is all that belongs to none of the rest. */
export const STORED_KINDS = [
  'events',
  'findings',
  'dead_letters',
  'ai_exchanges',
  'jobs',
  'audit',
  'other',
] as const;
export type StoredKind = (typeof STORED_KINDS)[number];
