import { setPrincipal, signInRequired } from '@mcm/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticator } from './authenticator.js';

/**
 * `config` of a route whose caller must have signed in before anything else happens: Nest's guard never sees routes that Nest
 * does not know, and sees others only once their body was received.
 */
export const SIGNED_IN_ROUTE = { config: { signedIn: true } } as const;

/** Finds out who sends each request, before its body is read; what the sender may do is the guard's question. */
export function authenticateRequests(fastify: FastifyInstance, authenticator: Authenticator): void {
  fastify.addHook('onRequest', async (request) => {
    const principal = await authenticator.principalOf(request);
    if (principal !== null) setPrincipal(request, principal);
    else if (isForSignedIn(request)) throw signInRequired();
  });
}

function isForSignedIn({ routeOptions }: FastifyRequest): boolean {
  return (routeOptions.config as { signedIn?: boolean }).signedIn === true;
}
