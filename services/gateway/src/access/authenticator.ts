import { LOCAL_OPERATOR, PERMISSIONS } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import type { Principal } from '@mcm/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { GatewayConfig } from '../gateway.config.js';
import { KeyRing } from '../keys/key-ring.js';
import { SessionCookie } from '../sessions/session-cookie.js';
import { Sessions } from '../sessions/sessions.js';
import { AccessMemory } from './access-memory.js';
import { refuseForwarded } from './forwarded-requests.js';
import { requireOwnPage } from './own-page.js';

/** The principal of each request in open mode. */
const OPERATOR: Principal = {
  actor: LOCAL_OPERATOR,
  permissions: new Set(PERMISSIONS),
  allowedSources: null,
  credential: null,
};

/** How an API key comes; other values of the header belong to senders of webhooks. */
const BEARER_KEY = /^Bearer +(mcm_.*)$/i;

/** Says who sent a request. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly config: GatewayConfig,
    private readonly memory: AccessMemory,
    private readonly keys: KeyRing,
    private readonly sessions: Sessions,
    private readonly cookie: SessionCookie,
  ) {}

  /**
   * @returns null when the request carries nothing that says who sent it, or a session that has ended
   * @throws AppError `AUTH.OPEN_MODE_FORWARDED`, `AUTH.KEY_INVALID`, `AUTH.FOREIGN_ORIGIN`
   */
  async principalOf(request: FastifyRequest): Promise<Principal | null> {
    if (this.config.authMode === 'open') {
      refuseForwarded(request);
      return OPERATOR;
    }
    const key = BEARER_KEY.exec(request.headers.authorization ?? '')?.[1];
    if (key !== undefined) return this.ofKey(key);
    const token = this.cookie.tokenOf(request);
    if (token === null) return null;
    const principal = await this.memory.of(token, () => this.sessions.principalOf(token));
    if (principal !== null) requireOwnPage(request, this.config.ownOrigins());
    return principal;
  }

  private async ofKey(key: string): Promise<Principal> {
    const principal = await this.memory.of(key, () => this.keys.principalOf(key));
    if (principal !== null) return principal;
    throw new AppError('unauthenticated', 'AUTH.KEY_INVALID', 'The API key is unknown, expired or revoked.');
  }
}
