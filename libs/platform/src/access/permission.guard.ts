import { AppError } from '@mcm/kernel';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { principalOf } from './request-principal.js';
import { ACCESS, type Access } from './requires.decorator.js';
import { signInRequired } from './sign-in-required.js';

/**
 * Lets a request through when its principal has what the route asks for. A route that asks for nothing is refused, so that
 * a forgotten decorator closes a route and never opens it.
 */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  /** @throws AppError `AUTH.REQUIRED`, `AUTH.NOT_PERMITTED` */
  canActivate(context: ExecutionContext): boolean {
    // Batches and jobs come from the product itself.
    if (context.getType() !== 'http') return true;
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === 'public') return true;
    const principal = principalOf(context.switchToHttp().getRequest<FastifyRequest>());
    if (principal === null) throw signInRequired();
    if (access === 'signed-in') return true;
    if (access !== undefined && principal.permissions.has(access)) return true;
    throw new AppError(
      'forbidden',
      'AUTH.NOT_PERMITTED',
      access === undefined ? 'This route is closed.' : `This needs the permission ${access}.`,
    );
  }
}
