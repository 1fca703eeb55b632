import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal.js';

const PRINCIPALS = new WeakMap<object, Principal>();

/** Notes who sent a request. The one place that calls it is the hook that authenticates. */
export function setPrincipal(request: FastifyRequest, principal: Principal): void {
  PRINCIPALS.set(request.raw, principal);
}

/** Who sent a request; null when the caller has not signed in. */
export function principalOf(request: FastifyRequest): Principal | null {
  return PRINCIPALS.get(request.raw) ?? null;
}
