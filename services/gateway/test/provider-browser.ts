import { parseSetCookie } from 'cookie';
import type { RunningGateway } from './running-gateway.js';
import { DASHBOARD } from './signed-in.js';

/** A browser that signs in with an OpenID provider: follows redirects between it and the dashboard, and keeps cookies. */
export class ProviderBrowser {
  /** Cookies by origin and name. */
  readonly cookies = new Map<string, string>();

  constructor(private readonly gateway: Pick<RunningGateway, 'url'>) {}

  /** The cookie of the dashboard with this name, as it is sent. */
  cookie(name: string): string | undefined {
    return this.cookies.get(`${DASHBOARD} ${name}`);
  }

  /** Asks the API below the dashboard. */
  api(method: string, path: string, body?: unknown): Promise<Response> {
    return this.ask(`${DASHBOARD}/api${path}`, {
      method,
      headers: { origin: DASHBOARD, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Goes to the provider and signs in there; the address that the provider sends the browser back to. */
  async returnFrom(account: string, start = '/auth/oidc/start'): Promise<string> {
    const first = await this.api('GET', start);
    return this.signInAt(locationOf(first), account);
  }

  /** Signs in with the provider at its address; the address that it sends the browser back to. */
  async signInAt(url: string, account: string): Promise<string> {
    let form: string | null = null;
    let next = url;
    for (let steps = 0; steps < 10 && !next.startsWith(DASHBOARD); steps += 1) {
      const response = await this.ask(
        next,
        form === null
          ? {}
          : { method: 'POST', body: new URLSearchParams({ prompt: form, login: account, password: 'x' }) },
      );
      form = null;
      if (response.headers.has('location')) next = new URL(locationOf(response), next).href;
      else form = /name="prompt" value="(\w+)"/.exec(await response.text())![1]!;
    }
    return next;
  }

  /** Signs in; the page of the dashboard that the browser ends up on. */
  async signIn(account: string, start?: string): Promise<string> {
    return locationOf(await this.open(await this.returnFrom(account, start)));
  }

  /** Opens an address, and follows no redirect. */
  open(url: string): Promise<Response> {
    return this.ask(url, {});
  }

  private async ask(url: string, init: RequestInit): Promise<Response> {
    const { origin } = new URL(url);
    const cookie = [...this.cookies]
      .filter(([key]) => key.startsWith(`${origin} `))
      .map(([key, value]) => `${key.slice(origin.length + 1)}=${value}`)
      .join('; ');
    const response = await fetch(url.replace(`${DASHBOARD}/api`, this.gateway.url), {
      ...init,
      redirect: 'manual',
      headers: { ...(init.headers as Record<string, string>), ...(cookie === '' ? {} : { cookie }) },
    });
    for (const text of response.headers.getSetCookie()) {
      const { name, value } = parseSetCookie(text);
      if (value) this.cookies.set(`${origin} ${name}`, value);
      else this.cookies.delete(`${origin} ${name}`);
    }
    return response;
  }
}

/** Where an answer leads. */
export function locationOf(response: Response): string {
  const location = response.headers.get('location');
  if (location === null) throw new Error(`${response.status} leads nowhere`);
  return location;
}
