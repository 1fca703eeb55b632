import { AppError } from '@mcm/kernel';
import { type CanActivate, Injectable } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config.js';

/** The routes of the sign-in with a provider are open where one is configured. */
@Injectable()
export class OidcGuard implements CanActivate {
  constructor(private readonly config: GatewayConfig) {}

  /** @throws AppError `AUTH.NO_PROVIDER` */
  canActivate(): boolean {
    if (this.config.authMode === 'oidc') return true;
    throw new AppError('conflict', 'AUTH.NO_PROVIDER', 'Here people do not sign in with an OpenID provider.');
  }
}
