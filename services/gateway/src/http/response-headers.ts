import type { NetworkConfig } from '@mcm/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { REQUEST_ID_HEADER } from './request-id.js';

/** Answers are data for one caller: not to be kept, guessed at, framed or run. */
const API_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
};

/** Says how to set what every answer carries; a handler may set another value afterwards. */
export function commonHeaders(config: NetworkConfig): (request: FastifyRequest, reply: FastifyReply) => void {
  const headers = { ...API_HEADERS, ...config.transportSecurity() };
  return (request, reply) => void reply.headers({ ...headers, [REQUEST_ID_HEADER]: request.id });
}
