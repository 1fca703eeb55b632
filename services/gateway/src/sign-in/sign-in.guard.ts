import { AppError } from '@mcm/kernel';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { requireOwnPage } from '../access/own-page.js';
import { GatewayConfig } from '../gateway.config.js';

/** Signing in and out happens where there are people, and on the product's own pages. */
@Injectable()
export class SignInGuard implements CanActivate {
  constructor(private readonly config: GatewayConfig) {}

  /** @throws AppError `AUTH.NOT_LOCAL`, `AUTH.FOREIGN_ORIGIN` */
  canActivate(context: ExecutionContext): boolean {
    if (this.config.authMode === 'open') {
      throw new AppError(
        'conflict',
        'AUTH.NOT_LOCAL',
        'Without sign-in (AUTH_MODE=open) there are no accounts.',
      );
    }
    requireOwnPage(context.switchToHttp().getRequest<FastifyRequest>(), this.config.ownOrigins());
    return true;
  }
}
