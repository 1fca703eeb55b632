import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether two secrets are the same, in a time that depends on neither of them. */
export function sameSecret(given: Uint8Array | string, right: Uint8Array | string): boolean {
  const digest = (secret: Uint8Array | string) => createHash('sha256').update(secret).digest();
  return timingSafeEqual(digest(given), digest(right));
}
