import { randomInt } from 'node:crypto';
import { type AuditState, AuditTrail, type Origin } from '@mcm/audit';
import type { Permission } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { ApiKey, DataSource, inTransaction, IsNull, MoreThan } from '@mcm/persistence';
import type { Principal } from '@mcm/platform';
import { Injectable } from '@nestjs/common';
import { AccessMemory } from '../access/access-memory.js';
import { newToken, tokenHash } from '../access/tokens.js';

const DAY_MS = 24 * 3_600_000;
/** Longest and usual life of a key, in days. */
export const KEY_DAYS_MAX = 3650;
export const KEY_DAYS = 365;
/** Most valid keys. */
const KEYS_MAX = 1000;

/** What a new key is to be. */
export interface KeyRequest {
  name: string;
  scopes: readonly Permission[];
  /** Null: all sources. */
  allowed_sources: readonly string[] | null;
  expires_in_days: number;
}

/** The keys of programs. */
@Injectable()
export class KeysService {
  constructor(
    private readonly database: DataSource,
    private readonly memory: AccessMemory,
    private readonly audit: AuditTrail,
  ) {}

  /** The newest first; those that are not valid any more, too. */
  list(): Promise<ApiKey[]> {
    return inTransaction(this.database, (manager) =>
      manager.find(ApiKey, { order: { created_at: 'DESC', id: 'ASC' }, take: KEYS_MAX }),
    );
  }

  /**
   * Makes a key.
   *
   * @param creator may give a key only what it has itself
   * @returns also the text of the key, which cannot be shown again
   * @throws AppError `KEYS.BEYOND_OWN`, `KEYS.TOO_MANY`
   */
  async create(
    request: KeyRequest,
    creator: Pick<Principal, 'permissions'>,
    caller: Origin,
  ): Promise<{ key: ApiKey; text: string }> {
    const beyond = request.scopes.filter((scope) => !creator.permissions.has(scope));
    if (beyond.length > 0) {
      throw new AppError(
        'forbidden',
        'KEYS.BEYOND_OWN',
        `A key cannot be given what its creator lacks: ${beyond.join(', ')}.`,
      );
    }
    const secret = newToken();
    const now = Date.now();
    const key = await inTransaction(this.database, async (manager) => {
      const valid = await manager.countBy(ApiKey, { revoked_at: IsNull(), expires_at: MoreThan(new Date()) });
      if (valid >= KEYS_MAX) {
        throw new AppError(
          'conflict',
          'KEYS.TOO_MANY',
          `There are ${KEYS_MAX} valid keys already; revoke some.`,
        );
      }
      const created = manager.create(ApiKey, {
        id: newKeyId(),
        secret_hash: tokenHash(secret),
        name: request.name,
        scopes: [...new Set(request.scopes)],
        allowed_sources: request.allowed_sources === null ? null : [...new Set(request.allowed_sources)],
        created_by: caller.actor.name,
        created_at: new Date(now),
        expires_at: new Date(now + request.expires_in_days * DAY_MS),
        last_used_at: null,
        revoked_at: null,
      });
      await manager.insert(ApiKey, created);
      await this.audit.append(manager, {
        origin: caller,
        action: 'key.created',
        object: { type: 'key', id: created.id, name: created.name },
        after: auditState(created),
      });
      return created;
    });
    return { key, text: `mcm_${key.id}_${secret}` };
  }

  /**
   * Revokes a key by its id, which is the part that can be read in a place where a key was found.
   *
   * @throws AppError `KEYS.NOT_FOUND`
   */
  async revoke(id: string, caller: Origin): Promise<ApiKey> {
    const key = await inTransaction(this.database, async (manager) => {
      const found = await manager.findOne(ApiKey, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (found === null) throw new AppError('not-found', 'KEYS.NOT_FOUND', `There is no key ${id}.`);
      if (found.revoked_at !== null) return found;
      found.revoked_at = new Date();
      await manager.update(ApiKey, { id }, { revoked_at: found.revoked_at });
      await this.audit.append(manager, {
        origin: caller,
        action: 'key.revoked',
        object: { type: 'key', id, name: found.name },
        before: auditState(found),
      });
      return found;
    });
    this.memory.forget();
    return key;
  }
}

function auditState({ scopes, allowed_sources, expires_at }: ApiKey): AuditState {
  return { scopes, allowed_sources, expires_at: expires_at.toISOString() };
}

/** 12 letters and digits: 62 bits. */
function newKeyId(): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('');
}
