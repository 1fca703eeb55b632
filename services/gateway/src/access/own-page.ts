import { AppError } from '@mcm/kernel';
import { isFromAnotherOrigin } from '@mcm/platform';
import type { FastifyRequest } from 'fastify';
import { SAFE_METHODS } from '../http/safe-methods.js';

/**
 * Refuses a change that does not come from a page of the product, where the browser adds the proof of who asks by itself: a
 * page elsewhere could have it act in the name of its user. The origin is compared with the configured one, never with the
 * Host header, which the sender chooses.
 *
 * @throws AppError `AUTH.FOREIGN_ORIGIN`
 */
export function requireOwnPage(request: FastifyRequest, ownOrigins: readonly string[]): void {
  if (SAFE_METHODS.has(request.method)) return;
  const { origin } = request.headers;
  if (origin !== undefined && ownOrigins.includes(origin) && !isFromAnotherOrigin(request.raw)) return;
  throw new AppError(
    'forbidden',
    'AUTH.FOREIGN_ORIGIN',
    `People make changes from the dashboard (${ownOrigins.join(', ')}; PUBLIC_URL). Programs send an API key.`,
  );
}
