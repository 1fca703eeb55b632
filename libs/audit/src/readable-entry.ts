import type { Actor } from '@mcm/contracts';
import type { AuditAction, AuditObjectType } from './actions.js';
import type { StoredEntry } from './audit-reader.js';
import type { Json } from './canonical-text.js';

/** An entry for people. Null stands in each place whose clear text was erased. */
export interface ReadableEntry {
  seq: number;
  at: string;
  actor: { type: Actor['type']; id: string; name: string | null };
  address: string | null;
  action: AuditAction;
  object: { type: AuditObjectType; id: string; name: string | null };
  before: { [name: string]: Json } | null;
  after: { [name: string]: Json } | null;
  request_id: string | null;
}

/** Puts the clear text back into an entry, wherever it is known. */
export function readableEntry({ body, personal }: StoredEntry): ReadableEntry {
  const clear = new Map(personal.map(({ sha256, value }) => [sha256, value]));
  const { at, seq, entry } = JSON.parse(body, (_, value: unknown) =>
    isCommitment(value) ? (clear.get(value.sha256) ?? null) : value,
  ) as { at: string; seq: number; entry: Omit<ReadableEntry, 'at' | 'seq'> };
  return { ...entry, at, seq };
}

function isCommitment(value: unknown): value is { sha256: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'sha256' in value &&
    typeof value.sha256 === 'string' &&
    Object.keys(value).length === 1
  );
}
