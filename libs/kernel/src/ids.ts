import { createHash, randomUUID } from 'node:crypto';

/** A random identifier (UUID version 4, RFC 9562). */
export function newId(): string {
  return randomUUID();
}

/**
 * A name-based identifier (UUID version 5, RFC 9562 section 5.5): the same namespace and name always give the same
 * identifier, on every machine.
 */
export function nameBasedId(namespace: string, name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name, 'utf8')
    .digest();
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
