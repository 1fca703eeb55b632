import { isIP } from 'node:net';
import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';

/**
 * Whom limits are counted for: the address that a request comes from, behind proxies that are trusted (TRUSTED_PROXIES)
 * the one that they name; of IPv6 the /64 network, which one machine has for itself. Every limit asks here, so that it
 * can become the one of a principal once there is a sign-in.
 */
export function callerOf(request: FastifyRequest): string {
  return isIP(request.ip) === 0 ? 'unknown' : normalizeIP(request.ip);
}
