import { timingSafeEqual } from 'node:crypto';
import { ApiKey, DataSource, databaseError, IsNull, MoreThan } from '@mcm/persistence';
import type { Principal } from '@mcm/platform';
import { Injectable } from '@nestjs/common';
import { tokenHash } from '../access/tokens.js';

/** `mcm_<id>_<secret>`; the secret is 256 bits in base64url. */
const KEY = /^mcm_([a-z0-9]{12})_([A-Za-z0-9_-]{43})$/;

const MINUTE_MS = 60_000;

/** Knows which keys are valid. */
@Injectable()
export class KeyRing {
  constructor(private readonly database: DataSource) {}

  /**
   * Whom a key belongs to; null when it is unknown, expired or revoked.
   *
   * @throws AppError `unavailable` while the database cannot be reached
   */
  async principalOf(text: string): Promise<Principal | null> {
    const [, id, secret] = KEY.exec(text) ?? [];
    if (id === undefined || secret === undefined) return null;
    try {
      const key = await this.database.manager.findOneBy(ApiKey, {
        id,
        revoked_at: IsNull(),
        expires_at: MoreThan(new Date()),
      });
      if (key === null || !timingSafeEqual(key.secret_hash, tokenHash(secret))) return null;
      await this.noteUse(key);
      return {
        actor: { type: 'key', id: key.id, name: key.name },
        permissions: new Set(key.scopes),
        allowedSources: key.allowed_sources === null ? null : new Set(key.allowed_sources),
        credential: { type: 'key', id: key.id },
      };
    } catch (error) {
      throw databaseError(error);
    }
  }

  /** Which of some keys are still valid. */
  async validAmong(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ id: string }[]>(
      'select id from api_keys where id = any($1) and revoked_at is null and expires_at > now()',
      [ids],
    );
    return new Set(rows.map(({ id }) => id));
  }

  private async noteUse({ id, last_used_at }: ApiKey): Promise<void> {
    if (last_used_at !== null && Date.now() - last_used_at.getTime() < MINUTE_MS) return;
    await this.database.manager.update(ApiKey, { id }, { last_used_at: new Date() });
  }
}
