import { LOCAL_OPERATOR, PERMISSIONS } from '@mcm/contracts';
import type { Principal } from '@mcm/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { refuseForwarded } from './forwarded-requests.js';

/** The principal of each request in open mode. */
const OPERATOR: Principal = {
  actor: LOCAL_OPERATOR,
  permissions: new Set(PERMISSIONS),
  allowedSources: null,
};

/** Says who sent a request. */
@Injectable()
export class Authenticator {
  /**
   * @returns null when the request carries nothing that says who sent it
   * @throws AppError when what it carries is not accepted
   */
  async principalOf(request: FastifyRequest): Promise<Principal | null> {
    refuseForwarded(request);
    return OPERATOR;
  }
}
