import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

/**
 * Marks a call whose body is handed to the handler as the bytes that were sent: another service reads it. Only these
 * calls take large bodies, and content types other than JSON.
 *
 * @param options `signedIn`: the body of a caller who has not signed in is not even received
 */
export const RawBody = (options: { signedIn?: true } = {}): MethodDecorator =>
  RouteConfig({ rawBody: true, ...options });

/** Whether the call takes its body as bytes. */
export function takesRawBody(request: FastifyRequest): boolean {
  return (request.routeOptions.config as { rawBody?: boolean }).rawBody === true;
}
