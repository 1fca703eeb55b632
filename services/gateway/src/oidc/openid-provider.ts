import type { Role } from '@mcm/contracts';
import { messageOf } from '@mcm/kernel';
import { cutText } from '@mcm/persistence';
import { FaultReporter, LOGGER, type Logger } from '@mcm/platform';
import { Inject, Injectable } from '@nestjs/common';
import * as client from 'openid-client';
import { GatewayConfig } from '../gateway.config.js';
import { OidcFailure } from './oidc-failure.js';
import { providerFetch } from './provider-fetch.js';
import { hasClaim, roleOf } from './role-mapping.js';

/** How long one request to the provider may take, in seconds. */
const TIMEOUT_SECONDS = 5;
/** How long what the provider says about itself is good for. */
const KNOWN_MS = 60_000;
/** The bound that OpenID Connect Core, section 2, sets for `sub`. */
const SUBJECT_MAX = 255;
const NAME_MAX_BYTES = 200;
const EMAIL_MAX = 254;

/** What a browser is sent to the provider with, and what has to come back. */
export interface Challenge {
  state: string;
  nonce: string;
  codeVerifier: string;
}

/** A person as the provider describes it. */
export interface ProviderPerson {
  issuer: string;
  subject: string;
  name: string;
  /** Empty where the provider names none. */
  email: string;
  /** Null when neither the claim nor the default gives one. */
  role: Role | null;
  idToken: string;
}

/** The OpenID provider of the organisation. */
@Injectable()
export class OpenIdProvider {
  private known: { configuration: Promise<client.Configuration>; until: number } | null = null;
  private readonly faults: FaultReporter;

  constructor(
    private readonly config: GatewayConfig,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.faults = new FaultReporter(logger);
  }

  /**
   * Where to send a browser so that its person signs in (authorisation code with PKCE).
   *
   * @throws OidcFailure `AUTH.OIDC_UNAVAILABLE`
   */
  async challenge(): Promise<Challenge & { url: string }> {
    const configuration = await this.configuration();
    const state = client.randomState();
    const nonce = client.randomNonce();
    const codeVerifier = client.randomPKCECodeVerifier();
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.redirectUri(),
      scope: this.config.oidcScopes,
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, state, nonce, codeVerifier };
  }

  /**
   * The person that a browser has come back with.
   *
   * @param query what the provider has added to the address of the return
   * @throws OidcFailure `AUTH.OIDC_UNAVAILABLE`, `AUTH.OIDC_DENIED`, `AUTH.OIDC_INVALID`
   */
  async person(query: URLSearchParams, { state, nonce, codeVerifier }: Challenge): Promise<ProviderPerson> {
    const returned = new URL(this.redirectUri());
    returned.search = query.toString();
    try {
      // With the keys that the provider has now: they change, and a code cannot be tried twice.
      const configuration = await this.discover();
      const tokens = await client.authorizationCodeGrant(configuration, returned, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        idTokenExpected: true,
      });
      return this.personOf(await this.claims(configuration, tokens), tokens.id_token!);
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** Where a browser ends its session with the provider; null when the provider has no such page, or does not answer. */
  async signOutUrl(idToken: string | null): Promise<string | null> {
    try {
      const configuration = await this.configuration();
      if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
      return client.buildEndSessionUrl(configuration, {
        post_logout_redirect_uri: `${this.config.dashboardUrl()}/`,
        ...(idToken === null ? {} : { id_token_hint: idToken }),
      }).href;
    } catch (error) {
      this.failure(error);
      return null;
    }
  }

  private redirectUri(): string {
    return `${this.config.dashboardUrl()}/api/auth/oidc/callback`;
  }

  /** What is known of the provider; of requests at the same time one asks. */
  private async configuration(): Promise<client.Configuration> {
    if (this.known !== null && this.known.until > Date.now()) return this.known.configuration;
    return this.discover();
  }

  private async discover(): Promise<client.Configuration> {
    const configuration = this.askForConfiguration();
    const known = { configuration, until: Date.now() + KNOWN_MS };
    this.known = known;
    try {
      return await configuration;
    } catch (error) {
      if (this.known === known) this.known = null;
      throw this.failure(error);
    }
  }

  private async askForConfiguration(): Promise<client.Configuration> {
    const { oidcIssuer, oidcClientId, oidcClientSecret: secret } = this.config;
    const execute = [client.enableNonRepudiationChecks];
    if (oidcIssuer.startsWith('http:')) execute.push(client.allowInsecureRequests);
    const found = await client.discovery(new URL(oidcIssuer), oidcClientId, undefined, client.None(), {
      execute,
      timeout: TIMEOUT_SECONDS,
      [client.customFetch]: providerFetch,
    });
    const server = found.serverMetadata();
    // The library takes addresses for which the provider answers in the name of each of its tenants.
    if (server.issuer.replace(/\/$/, '') !== oidcIssuer.replace(/\/$/, '')) {
      throw new Error('the provider names another issuer than OIDC_ISSUER');
    }
    if (secret === '') return found;
    const configuration = new client.Configuration(
      server,
      oidcClientId,
      undefined,
      server.token_endpoint_auth_methods_supported?.includes('client_secret_post')
        ? client.ClientSecretPost(secret)
        : client.ClientSecretBasic(secret),
    );
    for (const each of execute) each(configuration);
    configuration.timeout = TIMEOUT_SECONDS;
    configuration[client.customFetch] = providerFetch;
    return configuration;
  }

  /** The claims of the ID token; what it lacks may be in the answer about the user. */
  private async claims(
    configuration: client.Configuration,
    tokens: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers,
  ): Promise<client.IDToken> {
    const claims = tokens.claims()!;
    const wanted = [
      'name',
      'email',
      ...(this.config.oidcRoles.length > 0 ? [this.config.oidcRoleClaim] : []),
    ];
    const isComplete = wanted.every((claim) => hasClaim(claims, claim));
    if (isComplete || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
    return { ...(await client.fetchUserInfo(configuration, tokens.access_token, claims.sub)), ...claims };
  }

  private personOf(claims: client.IDToken, idToken: string): ProviderPerson {
    const { iss: issuer, sub: subject, preferred_username } = claims;
    // PostgreSQL cannot hold a NUL, and a subject must not be changed.
    if (subject.length > SUBJECT_MAX || subject.includes('\0'))
      throw new Error('`sub` is too long, or has a NUL');
    const email = isAddress(claims.email) ? claims.email : '';
    const name = [claims.name, preferred_username, email].find(
      (each) => typeof each === 'string' && each !== '',
    );
    const { oidcRoleClaim, oidcDefaultRole } = this.config;
    const byDefault = oidcDefaultRole === 'none' ? null : oidcDefaultRole;
    return {
      issuer,
      subject,
      name: cutText(String(name ?? subject), NAME_MAX_BYTES).text,
      email,
      role: roleOf(claims, oidcRoleClaim, this.config.rolesOfClaim()) ?? byDefault,
      idToken,
    };
  }

  /** What went wrong, for the visitor; the log has what an operator needs. */
  private failure(error: unknown): OidcFailure {
    if (error instanceof OidcFailure && error.cause === undefined) return error;
    if (error instanceof client.AuthorizationResponseError) return new OidcFailure('AUTH.OIDC_DENIED');
    const cause = (error as Error).cause;
    this.faults.report('sign-in with the OpenID provider', new Error(reasonOf(error)));
    const unavailable = [error, cause].find((each) => each instanceof OidcFailure);
    return new OidcFailure(unavailable?.reason ?? 'AUTH.OIDC_INVALID');
  }
}

function isAddress(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length <= EMAIL_MAX && /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(value)
  );
}

/** The messages of an error and its causes; never its data, which can have tokens in it. */
function reasonOf(error: unknown): string {
  const reasons: string[] = [];
  for (let each = error; each instanceof Error && reasons.length < 5; each = each.cause) {
    reasons.push(messageOf(each));
  }
  return reasons.join(': ').slice(0, 500);
}
