import type { Person } from '@mcm/persistence';
import type { Caller } from '@mcm/platform';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Browser } from '../sessions/sessions.js';

/** From where a request comes whose sender has not signed in yet. */
export interface Visitor extends Browser {
  requestId: string;
}

/** The {@link Visitor} of a request, as a parameter of a handler. */
export const CurrentVisitor = createParamDecorator((_: unknown, context: ExecutionContext): Visitor => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return { address: request.ip, userAgent: request.headers['user-agent'] ?? '', requestId: request.id };
});

/** A visitor who has shown to be a person. */
export function callerOf({ id, name }: Person, { address, requestId }: Visitor): Caller {
  return { actor: { type: 'person', id, name }, address, requestId };
}

/** The actor of what the gateway does by itself. */
export const GATEWAY_ITSELF = { type: 'system', id: 'gateway', name: 'gateway' } as const;

/** A visitor of whom nothing is known: the system itself is the actor of what it refuses. */
export function unknownCaller({ address, requestId }: Visitor): Caller {
  return { actor: GATEWAY_ITSELF, address, requestId };
}
