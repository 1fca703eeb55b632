import { hash } from 'node:crypto';
import type { Principal } from '@mcm/platform';
import { Injectable } from '@nestjs/common';

/** How long an answer of the database is good for, in milliseconds: a lost permission is used no longer than this. */
export const REMEMBERED_MS = 500;

/** Credentials that are remembered at a time. */
const REMEMBERED_MAX = 10_000;

/**
 * Remembers for half a second whom a credential belongs to, so that a busy producer does not cost a query per request, and a
 * revocation reaches every process within a second without a message that could be lost.
 */
@Injectable()
export class AccessMemory {
  private readonly known = new Map<string, { principal: Promise<Principal | null>; until: number }>();

  /** The principal of a credential, by `find` when it is not remembered. Failures are not remembered. */
  async of(credential: string, find: () => Promise<Principal | null>): Promise<Principal | null> {
    const now = Date.now();
    // The hash has the same size for every credential: what is made up may be as long as all headers together.
    const digest = hash('sha256', credential, 'base64');
    const known = this.known.get(digest);
    if (known !== undefined && known.until > now) return known.principal;
    const principal = find();
    this.known.delete(digest);
    this.known.set(digest, { principal, until: now + REMEMBERED_MS });
    const [oldest] = this.known.keys();
    if (this.known.size > REMEMBERED_MAX) this.known.delete(oldest!);
    try {
      return await principal;
    } catch (error) {
      this.known.delete(digest);
      throw error;
    }
  }

  /** Forgets everything: permissions have changed. */
  forget(): void {
    this.known.clear();
  }
}
