import rateLimit from '@fastify/rate-limit';
import { AppError } from '@mcm/kernel';
import type { MetricsRegistry } from '@mcm/platform';
import type { FastifyInstance } from 'fastify';
import { callerOf } from './callers.js';

/** Time over which requests are counted, in milliseconds: a burst may use the share of all of it. */
const WINDOW_MS = 10_000;

/** Callers that are counted at a time; the one not heard of for longest is forgotten first. */
const CALLERS_MAX = 10_000;

/** Health is asked by supervisors, which would take a refusal for an illness. */
const NOT_LIMITED = /^\/health(\/|$)/;

/**
 * Refuses requests of a caller beyond `perSecond`, counted in this process; 0 means no limit.
 *
 * @throws AppError in a hook: `REQUEST.TOO_MANY`
 */
export async function limitRequests(
  fastify: FastifyInstance,
  perSecond: number,
  metrics: MetricsRegistry,
): Promise<void> {
  const refused = metrics.counter(
    'mcm_gateway_requests_limited_total',
    'Requests that were refused because their caller had sent too many',
  );
  if (perSecond === 0) return;
  const max = (perSecond * WINDOW_MS) / 1000;
  await fastify.register(rateLimit, { global: false, cache: CALLERS_MAX, keyGenerator: callerOf });
  const count = fastify.createRateLimit({ max, timeWindow: WINDOW_MS });
  fastify.addHook('onRequest', async (request) => {
    if (NOT_LIMITED.test(request.routeOptions.url ?? '')) return;
    const state = await count(request);
    if (state.isAllowed || !state.isExceeded) return;
    refused.inc();
    throw new AppError(
      'too-many',
      'REQUEST.TOO_MANY',
      `More than ${max} requests in ${WINDOW_MS / 1000} seconds came from this address (API_REQUESTS_PER_SECOND).`,
      { retryAfterSeconds: state.ttlInSeconds },
    );
  });
}
