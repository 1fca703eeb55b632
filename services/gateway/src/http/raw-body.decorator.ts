import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

/**
 * Marks a call whose body is handed to the handler as the bytes that were sent: another service reads it. Only these
 * calls take large bodies, and content types other than JSON.
 */
export const RawBody = (): MethodDecorator => RouteConfig({ rawBody: true });

/** Whether the call takes its body as bytes. */
export function takesRawBody(request: FastifyRequest): boolean {
  return (request.routeOptions.config as { rawBody?: boolean }).rawBody === true;
}
