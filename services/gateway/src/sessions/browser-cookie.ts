import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayConfig } from '../gateway.config.js';

/**
 * A cookie that holds a token and that no script can read. Browsers keep a name with `__Host-` to this host and to https
 * (RFC 6265bis, section 4.1.3.2); over plain http, which is possible on this machine alone, it has to be another name.
 */
export class BrowserCookie {
  private readonly secure: boolean;
  private readonly name: string;

  constructor(
    config: GatewayConfig,
    name: string,
    private readonly sameSite: 'strict' | 'lax',
  ) {
    this.secure = config.publicUrl.startsWith('https:');
    this.name = this.secure ? `__Host-${name}` : name;
  }

  /** The token that a request carries; null without one. */
  tokenOf({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
    const token = parseCookie(headers.cookie ?? '')[this.name];
    return token === undefined || token === '' ? null : token;
  }

  /** Has the browser keep a token. */
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
        sameSite: this.sameSite,
        secure: this.secure,
      }),
    );
  }
}
