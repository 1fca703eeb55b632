import { hash, randomUUID } from 'node:crypto';

/** A random identifier (UUID version 4, RFC 9562). */
export function newId(): string {
  return randomUUID();
}

/**
 * A name-based identifier (UUID version 5, RFC 9562 section 5.5): the same namespace and name always give the same
 * identifier, on every machine.
 */
export function nameBasedId(namespace: string, name: string): string {
  const bytes = Buffer.allocUnsafe(16 + Buffer.byteLength(name));
  bytes.set(namespaceBytes(namespace));
  bytes.write(name, 16);
  const hex = hash('sha1', bytes, 'hex');
  const variant = VARIANTS[Number.parseInt(hex[16]!, 16) & 0x3]!;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Hexadecimal digits whose two upper bits are the variant of RFC 9562, by their lower two bits. */
const VARIANTS = '89ab';

const namespaces = new Map<string, Buffer>();

function namespaceBytes(namespace: string): Buffer {
  let bytes = namespaces.get(namespace);
  if (bytes === undefined) {
    bytes = Buffer.from(namespace.replaceAll('-', ''), 'hex');
    namespaces.set(namespace, bytes);
  }
  return bytes;
}
