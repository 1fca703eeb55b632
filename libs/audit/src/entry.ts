import { hash, randomBytes } from 'node:crypto';
import type { Actor } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { storableText } from '@mcm/persistence';
import type { AuditAction, AuditObjectType } from './actions.js';
import { canonicalText, type Json } from './canonical-text.js';

/** Where an action comes from. A `Caller` of the platform is one; the product itself has no address and no request. */
export interface Origin {
  actor: Actor;
  address: string | null;
  requestId: string | null;
}

/** A name, an address or a mail in the state of an object: the chain holds only a commitment to it. */
export class Personal {
  constructor(readonly text: string) {}
}

/** The state of an object, as much of it as an action is about. */
export type AuditState = { readonly [name: string]: StateValue };
type StateValue = Json | Personal | readonly StateValue[] | { readonly [name: string]: StateValue };

/** One entry of the audit trail, as it is handed over. */
export interface AuditEntry {
  origin: Origin;
  action: AuditAction;
  /** What it was done to; the name is the one at this time. */
  object: { type: AuditObjectType; id: string; name: string | null };
  /** What was before and what is after; leave out what does not apply. Never a secret. */
  before?: AuditState | null;
  after?: AuditState | null;
}

/** The clear text behind a commitment. */
export interface PersonalValue {
  /** The commitment in the entry: SHA-256 of salt and value, in hexadecimal. */
  sha256: string;
  /** Id of the person or thing that it is about: what is erased together. */
  subject: string;
  /** 16 random bytes in hexadecimal. */
  salt: string;
  value: string;
}

/** Most characters of an entry's text, so that a page of entries has a bound. */
export const ENTRY_MAX_LENGTH = 32 * 1024;

/**
 * The text of an entry that is hashed, and apart from it what can be erased.
 *
 * @throws AppError `AUDIT.ENTRY_TOO_LARGE`
 */
export function entryText({ origin, action, object, before, after }: AuditEntry): {
  text: string;
  personal: PersonalValue[];
} {
  const personal: PersonalValue[] = [];
  const commit = (subject: string, text: string): Json => {
    const value = storableText(text);
    const salt = randomBytes(16).toString('hex');
    const sha256 = commitment(salt, value);
    personal.push({ sha256, subject, salt, value });
    return { sha256 };
  };
  const committed = (value: StateValue): Json => {
    if (value instanceof Personal) return commit(object.id, value.text);
    if (typeof value === 'string') return storableText(value);
    if (Array.isArray(value)) return value.map(committed);
    if (typeof value !== 'object' || value === null) return value as Json;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [storableText(name), committed(inner)]),
    );
  };
  const { actor, address, requestId } = origin;
  const text = canonicalText({
    action,
    actor: {
      type: actor.type,
      id: storableText(actor.id),
      name: commit(actor.id, actor.name),
    },
    address: address === null ? null : commit(actor.id, address),
    after: committed(after ?? null),
    before: committed(before ?? null),
    object: {
      type: object.type,
      id: storableText(object.id),
      name: object.name === null ? null : commit(object.id, object.name),
    },
    request_id: requestId === null ? null : storableText(requestId),
  });
  if (text.length > ENTRY_MAX_LENGTH) {
    throw new AppError(
      'too-large',
      'AUDIT.ENTRY_TOO_LARGE',
      `The audit trail cannot hold ${action} of ${object.type}: ${text.length} characters, at most ${ENTRY_MAX_LENGTH}.`,
    );
  }
  return { text, personal };
}

/** SHA-256 of the bytes of the salt and of the value, in hexadecimal: what the chain holds instead of the value. */
export function commitment(salt: string, value: string): string {
  return hash('sha256', Buffer.concat([Buffer.from(salt, 'hex'), Buffer.from(value, 'utf8')]), 'hex');
}
