import { randomUUID } from 'node:crypto';
import { AppError } from '@mcm/kernel';
import { DataSource, type EntityManager, IsNull, type LinkKind, OneTimeLink } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';
import { newToken, tokenHash } from '../access/tokens.js';
import { GatewayConfig } from '../gateway.config.js';

const HOUR_MS = 3_600_000;
/** How long a link works. */
const LASTS_MS: Record<LinkKind, number> = { setup: 24 * HOUR_MS, invite: 72 * HOUR_MS, reset: 24 * HOUR_MS };

/** A link as it is handed over; it cannot be shown again. */
export interface NewLink {
  url: string;
  expires_at: Date;
}

/** Links that work once: for the first admin, for people who are invited, for a new password. */
@Injectable()
export class OneTimeLinks {
  constructor(
    private readonly database: DataSource,
    private readonly config: GatewayConfig,
  ) {}

  /** Makes a link; earlier ones of the person stop working. */
  async create(manager: EntityManager, kind: LinkKind, personId: string | null): Promise<NewLink> {
    await manager.query('delete from one_time_links where expires_at < now() or person_id = $1', [personId]);
    const token = newToken();
    const created = new Date();
    const expires_at = new Date(created.getTime() + LASTS_MS[kind]);
    await manager.insert(OneTimeLink, {
      id: randomUUID(),
      token_hash: tokenHash(token),
      kind,
      person_id: personId,
      created_at: created,
      expires_at,
      used_at: null,
    });
    // Behind the hash sign, so that no server writes it into a log.
    return { url: `${this.config.dashboardUrl()}/welcome#${token}`, expires_at };
  }

  /** @throws AppError `AUTH.LINK_INVALID` */
  async find(token: string, manager: EntityManager = this.database.manager): Promise<OneTimeLink> {
    const link = await manager
      .createQueryBuilder(OneTimeLink, 'l')
      .where('l.token_hash = :hash and l.used_at is null and l.expires_at > now()', {
        hash: tokenHash(token),
      })
      .getOne();
    if (link === null) throw invalidLink();
    return link;
  }

  /**
   * Uses a link up. Of several requests with the same link one succeeds; the others wait for its transaction.
   *
   * @throws AppError `AUTH.LINK_INVALID`
   */
  async take(manager: EntityManager, token: string): Promise<OneTimeLink> {
    const link = await this.find(token, manager);
    const { affected } = await manager.update(
      OneTimeLink,
      { id: link.id, used_at: IsNull() },
      { used_at: new Date() },
    );
    if (affected !== 1) throw invalidLink();
    return link;
  }
}

/** The one refusal of a link that does not work, whatever the reason. */
export function invalidLink(): AppError {
  return new AppError('not-found', 'AUTH.LINK_INVALID', 'The link is unknown, was used, or has expired.');
}
