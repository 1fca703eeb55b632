import { MetricsRegistry } from '@mcm/platform';
import { Injectable } from '@nestjs/common';
import type { Visitor } from '../access/visitor.js';
import { type StartedSession, Sessions } from '../sessions/sessions.js';
import { type Attempt, OidcAttempts } from './attempts.js';
import { OidcFailure } from './oidc-failure.js';
import { OpenIdProvider } from './openid-provider.js';
import { ProviderPeople } from './provider-people.js';
import { returnPath } from './return-path.js';

/** What a browser that has come back goes on to. */
export interface Return {
  /** Path of the dashboard. */
  path: string;
  /** The session of the person, or why there is none. */
  outcome: StartedSession | OidcFailure;
}

/** The way to the OpenID provider and back. */
@Injectable()
export class OidcService {
  private readonly signIns;

  constructor(
    private readonly provider: OpenIdProvider,
    private readonly attempts: OidcAttempts,
    private readonly people: ProviderPeople,
    private readonly sessions: Sessions,
    metrics: MetricsRegistry,
  ) {
    this.signIns = metrics.counter(
      'mcm_gateway_oidc_sign_ins_total',
      'Browsers that came back from the OpenID provider, by what came of it',
      ['outcome'],
    );
  }

  /**
   * Prepares a browser for the provider.
   *
   * @param path where it wants to go afterwards
   * @param oldToken the token of the session that it has
   * @returns where the provider is, and the token for the cookie
   * @throws OidcFailure `AUTH.OIDC_UNAVAILABLE`, `AUTH.OIDC_BUSY`
   */
  async leave(
    path: string,
    oldToken: string | null,
    { address }: Visitor,
  ): Promise<{ url: string; token: string; expires: Date }> {
    const old = oldToken === null ? null : await this.sessions.find(oldToken, 'signed-in');
    const { url, state, nonce, codeVerifier } = await this.provider.challenge();
    const attempt = { state, nonce, code_verifier: codeVerifier, return_to: path };
    return {
      url,
      ...(await this.attempts.begin({ ...attempt, replaces: old?.session.id ?? null }, address)),
    };
  }

  /**
   * Signs in the person with whom a browser has come back.
   *
   * @param token of the cookie that it left with; each is good for one return
   * @param query what the provider has added to the address
   * @throws AppError `unavailable` while the database cannot be reached
   */
  async comeBack(token: string | null, query: URLSearchParams, visitor: Visitor): Promise<Return> {
    const attempt = token === null ? null : await this.attempts.take(token);
    const outcome =
      attempt === null
        ? new OidcFailure('AUTH.OIDC_EXPIRED')
        : await this.personWith(query, attempt, visitor).catch(failureOf);
    this.signIns.inc({ outcome: outcome instanceof OidcFailure ? outcome.reason : 'signed-in' });
    return { path: returnPath(attempt?.return_to), outcome };
  }

  private async personWith(
    query: URLSearchParams,
    { state, nonce, code_verifier: codeVerifier, replaces }: Attempt,
    visitor: Visitor,
  ): Promise<StartedSession> {
    const person = await this.provider.person(query, { state, nonce, codeVerifier });
    return this.people.begin(person, visitor, replaces);
  }
}

/** A failure that the dashboard explains; anything else is thrown again. */
function failureOf(error: unknown): OidcFailure {
  if (error instanceof OidcFailure) return error;
  throw error;
}
