import { hash } from 'node:crypto';
import { canonicalJson } from '@mcm/kernel';

/** 22 digits of base64url are 132 bits of SHA-256, so that a second content with the same hash cannot be made. */
const HASH_LENGTH = 22;

/** Hash of an event's content, the same for every order of fields. Which fields are the content: docs/sources.md. */
export function contentHash(content: unknown): string {
  return hash('sha256', canonicalJson(content), 'base64url').slice(0, HASH_LENGTH);
}
