import type { IncomingMessage } from 'node:http';
import { newId } from '@mcm/kernel';

/** Carries the id of a request, both ways. */
export const REQUEST_ID_HEADER = 'x-request-id';

/**
 * The id under which a request is logged and everything that it causes is tied together: the caller's own when it is
 * a plain token, else a new one. Anything longer or stranger could forge log lines or bloat what is stored.
 */
export function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers[REQUEST_ID_HEADER];
  return typeof given === 'string' && /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/.test(given) ? given : newId();
}
