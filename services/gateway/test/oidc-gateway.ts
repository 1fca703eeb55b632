import { OPENID_SECRET, OpenIdServer } from '@mcm/testing';
import { ProviderBrowser } from './provider-browser.js';
import { type RunningGateway, startGateway } from './running-gateway.js';
import { DASHBOARD } from './signed-in.js';

/** A gateway whose people sign in with a provider. */
export interface OidcGateway {
  gateway: RunningGateway;
  provider: OpenIdServer;
  browser(): ProviderBrowser;
  close(): Promise<void>;
}

/** The settings of a gateway for a provider. */
export function oidcSettings(issuer: string): NodeJS.ProcessEnv {
  return {
    AUTH_MODE: 'oidc',
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: 'mcm',
    OIDC_CLIENT_SECRET: OPENID_SECRET,
    OIDC_NAME: 'Acme',
    OIDC_ROLES: 'security-team=admin,staff=viewer',
  };
}

/** Starts a provider, and a gateway that trusts it. */
export async function startOidcGateway(): Promise<OidcGateway> {
  const provider = await OpenIdServer.start({ origins: [DASHBOARD] });
  const gateway = await startGateway(oidcSettings(provider.issuer));
  return {
    gateway,
    provider,
    browser: () => new ProviderBrowser(gateway),
    close: async () => {
      await gateway.close();
      await provider.stop();
    },
  };
}

/** Where a browser ends up whose sign-in came to nothing. */
export function failed(code: string): string {
  return `${DASHBOARD}/#sign-in-failed=${code}`;
}
