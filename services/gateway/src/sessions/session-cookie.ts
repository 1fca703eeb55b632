import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config.js';
import { BrowserCookie } from './browser-cookie.js';

/** The cookie with the token of a session, until the session's absolute end. */
@Injectable()
export class SessionCookie extends BrowserCookie {
  constructor(config: GatewayConfig) {
    super(config, 'mcm', 'strict');
  }
}
