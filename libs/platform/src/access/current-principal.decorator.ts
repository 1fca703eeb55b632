import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller, Principal } from './principal.js';
import { principalOf } from './request-principal.js';
import { signInRequired } from './sign-in-required.js';

/** The principal of a request, as a parameter of a handler whose route is not public. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal =>
  required(requestOf(context)),
);

/** The {@link Caller} of a request, as a parameter of a handler that changes something. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const request = requestOf(context);
  return { actor: required(request).actor, address: request.ip, requestId: request.id };
});

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}

function required(request: FastifyRequest): Principal {
  const principal = principalOf(request);
  if (principal === null) throw signInRequired();
  return principal;
}
