import { randomUUID } from 'node:crypto';
import { ROLE_PERMISSIONS } from '@mcm/contracts';
import {
  cutText,
  DataSource,
  databaseError,
  type EntityManager,
  Person,
  Session,
  type SessionStage,
  storableText,
} from '@mcm/persistence';
import type { Principal } from '@mcm/platform';
import { Injectable } from '@nestjs/common';
import { newToken, tokenHash } from '../access/tokens.js';
import { GatewayConfig } from '../gateway.config.js';

const MINUTE_MS = 60_000;
/** How long a session lasts, however busy it is. */
const SIGNED_IN_MS = 7 * 24 * 60 * MINUTE_MS;
/** How long the code of the authenticator may take. */
const TOTP_MS = 10 * MINUTE_MS;
const USER_AGENT_MAX = 300;
const ID_TOKEN_MAX = 4096;

/** Holds for sessions that are neither past their end nor idle for eight hours. */
const ALIVE = "expires_at > now() and last_seen_at > now() - interval '8 hours'";

/** From where a person signs in. */
export interface Browser {
  address: string;
  userAgent: string;
}

/** The token of a session, which goes to the browser and is stored nowhere else. */
export interface StartedSession {
  token: string;
  session: Session;
}

/** Sessions: started, found by their token, ended. */
@Injectable()
export class Sessions {
  constructor(
    private readonly database: DataSource,
    private readonly config: GatewayConfig,
  ) {}

  /**
   * Starts a session; sessions that have ended by themselves are cleared away with it.
   *
   * @param idToken of the OpenID provider that the person comes from; null for a password
   */
  async start(
    manager: EntityManager,
    person: Person,
    stage: SessionStage,
    browser: Browser,
    idToken: string | null = null,
  ): Promise<StartedSession> {
    await manager.query(`delete from sessions where not (${ALIVE})`);
    const token = newToken();
    const now = Date.now();
    const session = manager.create(Session, {
      id: randomUUID(),
      token_hash: tokenHash(token),
      person_id: person.id,
      stage,
      address: browser.address,
      user_agent: cutText(storableText(browser.userAgent), USER_AGENT_MAX).text,
      created_at: new Date(now),
      last_seen_at: new Date(now),
      expires_at: new Date(now + (stage === 'totp' ? TOTP_MS : SIGNED_IN_MS)),
      issuer: idToken === null ? null : this.config.oidcIssuer,
      // It goes into an address, whose length has a bound.
      id_token: idToken !== null && idToken.length <= ID_TOKEN_MAX ? idToken : null,
    });
    await manager.insert(Session, session);
    return { token, session };
  }

  /**
   * The session that a token belongs to, with its person; null when it has ended, the person is disabled, or people do not
   * sign in any more in the way in which the session began.
   */
  async find(
    token: string,
    stage: SessionStage,
    manager: EntityManager = this.database.manager,
  ): Promise<{ session: Session; person: Person } | null> {
    const session = await manager
      .createQueryBuilder(Session, 's')
      .where(`s.token_hash = :hash and s.stage = :stage and ${ALIVE}`, { hash: tokenHash(token), stage })
      .getOne();
    if (session === null || !this.isWayIn(session)) return null;
    const person = await manager.findOneBy(Person, { id: session.person_id });
    return person === null || person.disabled_at !== null ? null : { session, person };
  }

  /**
   * Who a token signs in.
   *
   * @throws AppError `unavailable` while the database cannot be reached
   */
  async principalOf(token: string): Promise<Principal | null> {
    try {
      const found = await this.find(token, 'signed-in');
      if (found === null) return null;
      const { session, person } = found;
      if (Date.now() - session.last_seen_at.getTime() > MINUTE_MS) {
        await this.database.query('update sessions set last_seen_at = now() where id = $1', [session.id]);
      }
      return {
        actor: { type: 'person', id: person.id, name: person.name },
        permissions: new Set(ROLE_PERMISSIONS[person.role]),
        allowedSources: null,
        credential: { type: 'session', id: session.id },
      };
    } catch (error) {
      throw databaseError(error);
    }
  }

  /** The sessions of a person, the latest used first. */
  ofPerson(personId: string): Promise<Session[]> {
    return this.database
      .createQueryBuilder(Session, 's')
      .where(`s.person_id = :personId and s.stage = 'signed-in' and ${ALIVE}`, { personId })
      .orderBy('s.last_seen_at', 'DESC')
      .limit(500)
      .getMany();
  }

  /** Which of some sessions are still alive. */
  async aliveAmong(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ id: string }[]>(
      `select id from sessions where id = any($1) and stage = 'signed-in' and ${ALIVE}`,
      [ids],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Gives a session another token: a token that was known before something changed is worth nothing after it. */
  async rotate(manager: EntityManager, session: Session): Promise<StartedSession> {
    const token = newToken();
    await manager.update(Session, { id: session.id }, { token_hash: tokenHash(token) });
    return { token, session };
  }

  /** Ends the sessions of a person, but one. */
  async endAll(manager: EntityManager, personId: string, exceptId: string | null = null): Promise<void> {
    await manager.query('delete from sessions where person_id = $1 and id is distinct from $2', [
      personId,
      exceptId,
    ]);
  }

  /** Whether people sign in here in the way in which a session began: with a password, or with this provider. */
  private isWayIn({ issuer }: Session): boolean {
    const { authMode, oidcIssuer } = this.config;
    return issuer === null ? this.config.signsInLocally() : authMode === 'oidc' && issuer === oidcIssuer;
  }
}
