import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config.js';
import { BrowserCookie } from '../sessions/browser-cookie.js';

/** The cookie of a browser that is at the provider. It is Lax: the way back begins on a page of another site. */
@Injectable()
export class AttemptCookie extends BrowserCookie {
  constructor(config: GatewayConfig) {
    super(config, 'mcm-oidc', 'lax');
  }
}
