import { AppError } from '@mcm/kernel';
import { type CanActivate, Injectable } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config.js';

/** Passwords, codes and one-time links work where people have passwords. */
@Injectable()
export class LocalSignInGuard implements CanActivate {
  constructor(private readonly config: GatewayConfig) {}

  /** @throws AppError `AUTH.NOT_LOCAL` */
  canActivate(): boolean {
    if (this.config.signsInLocally()) return true;
    throw new AppError('conflict', 'AUTH.NOT_LOCAL', `People sign in with ${this.config.oidcName} here.`);
  }
}
