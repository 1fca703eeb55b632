import { hash, randomBytes } from 'node:crypto';

/** A new secret of 256 bits, in base64url. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a secret. It has as many bits as the hash, so a slow hash would add nothing. */
export function tokenHash(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
