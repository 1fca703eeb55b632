import { Injectable } from '@nestjs/common';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayConfig } from '../gateway.config.js';

/**
 * The cookie that holds the token of a session. Browsers keep a name with `__Host-` to this host and to https (RFC 6265bis,
 * section 4.1.3.2); over plain http, which is possible on this machine alone, it has to be another name.
 */
@Injectable()
export class SessionCookie {
  private readonly secure: boolean;
  private readonly name: string;

  constructor(config: GatewayConfig) {
    this.secure = config.publicUrl.startsWith('https:');
    this.name = this.secure ? '__Host-mcm' : 'mcm';
  }

  /** The token that a request carries; null without one. */
  tokenOf({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
    const token = parseCookie(headers.cookie ?? '')[this.name];
    return token === undefined || token === '' ? null : token;
  }

  /** Has the browser keep a token until a session's absolute end. */
  set(reply: FastifyReply, token: string, expires: Date): void {
    this.write(reply, { value: token, expires });
  }

  /** Has the browser forget its token. */
  clear(reply: FastifyReply): void {
    this.write(reply, { value: '', expires: new Date(0) });
  }

  private write(reply: FastifyReply, content: { value: string; expires: Date }): void {
    void reply.header(
      'set-cookie',
      stringifySetCookie({
        name: this.name,
        ...content,
        path: '/',
        httpOnly: true,
        sameSite: 'strict',
        secure: this.secure,
      }),
    );
  }
}
