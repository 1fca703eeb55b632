import { AuditTrail } from '@mcm/audit';
import { AppError, canonicalName } from '@mcm/kernel';
import { DataSource, type EntityManager, inTransaction, Person, Session } from '@mcm/persistence';
import { type Caller, signInRequired } from '@mcm/platform';
import { Injectable } from '@nestjs/common';
import { AccessMemory } from '../access/access-memory.js';
import { callerOf, unknownCaller, type Visitor } from '../access/visitor.js';
import { type StartedSession, Sessions } from '../sessions/sessions.js';
import { Passwords } from './passwords.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { takeRecoveryCode, takeTotpCode } from './totp.js';

/** Many people may share an address; few tries are ever needed for one name. */
const PATIENCE = {
  address: { free: 20, longestSeconds: 900 },
  name: { free: 5, longestSeconds: 300 },
  code: { free: 5, longestSeconds: 900 },
} as const;

/** Signs people in and out. */
@Injectable()
export class SignInService {
  constructor(
    private readonly database: DataSource,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly throttle: SignInThrottle,
    private readonly memory: AccessMemory,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Takes an address and a password. The same answer in the same time whether the name is unknown, the person disabled or
   * the password wrong.
   *
   * @param oldToken what the browser holds; it is worth nothing afterwards
   * @throws AppError `AUTH.WRONG_PASSWORD`, `AUTH.TOO_MANY_TRIES`, `AUTH.BUSY`
   */
  async signIn(
    email: string,
    password: string,
    visitor: Visitor,
    oldToken: string | null,
  ): Promise<StartedSession> {
    const key = canonicalName(email);
    await this.slowDown('address', visitor.address);
    await this.slowDown('name', key);
    const person = await this.database.manager.findOneBy(Person, { email_key: key });
    const matches = await this.passwords.matches(password, person?.password_hash ?? null);
    if (person === null || !matches || person.disabled_at !== null) {
      await this.noteRefusal(visitor, 'password', person?.id ?? 'unknown', email);
      throw new AppError('unauthenticated', 'AUTH.WRONG_PASSWORD', 'The address or the password is wrong.');
    }
    await this.forgive('name', key);
    // Its other tries stay: an attacker with an account could otherwise guess at those of others without end.
    await this.throttle.giveBack('address', visitor.address);
    return inTransaction(this.database, (manager) => this.begin(manager, person, visitor, oldToken));
  }

  /**
   * Takes the code of the authenticator, or a recovery code, of a person whose password was right.
   *
   * @throws AppError `AUTH.REQUIRED`, `AUTH.WRONG_CODE`, `AUTH.TOO_MANY_TRIES`
   */
  async enterCode(
    token: string | null,
    code: { code?: string; recovery_code?: string },
    visitor: Visitor,
  ): Promise<StartedSession> {
    const waiting = token === null ? null : await this.sessions.find(token, 'totp');
    if (waiting === null) throw signInRequired('Enter your password first.');
    const { person, session } = waiting;
    await this.slowDown('code', person.id);
    const started = await inTransaction(this.database, async (manager) => {
      const right =
        code.code === undefined
          ? await takeRecoveryCode(manager, person.id, code.recovery_code ?? '')
          : await takeTotpCode(manager, person, code.code);
      if (!right) return null;
      await manager.delete(Session, { id: session.id });
      if (code.code !== undefined) return this.complete(manager, person, visitor, 'totp');
      await this.audit.append(manager, {
        origin: callerOf(person, visitor),
        action: 'recovery_code.used',
        object: { type: 'person', id: person.id, name: person.name },
      });
      return this.complete(manager, person, visitor, 'recovery_code');
    });
    if (started === null) {
      await this.noteRefusal(visitor, 'code', person.id, person.email);
      throw new AppError('unauthenticated', 'AUTH.WRONG_CODE', 'The code is wrong, or was used before.');
    }
    await this.forgive('code', person.id);
    return started;
  }

  /**
   * Starts the session of a person who has shown a password or a link: signed in, or waiting for a code where the person has
   * an authenticator.
   */
  async begin(
    manager: EntityManager,
    person: Person,
    visitor: Visitor,
    oldToken: string | null,
  ): Promise<StartedSession> {
    if (oldToken !== null) await this.end(manager, oldToken);
    if (person.totp_enrolled_at !== null) return this.sessions.start(manager, person, 'totp', visitor);
    return this.complete(manager, person, visitor, 'password');
  }

  /**
   * Ends the session of a token, whatever its stage.
   *
   * @returns the session that was; null when it had ended before
   */
  async signOut(token: string, visitor: Visitor): Promise<Session | null> {
    const ended = await inTransaction(this.database, async (manager) => {
      const found = await this.end(manager, token);
      if (found !== null) await this.noteSignOut(manager, callerOf(found.person, visitor), false);
      return found;
    });
    this.memory.forget();
    return ended?.session ?? null;
  }

  /** Ends all sessions of the caller. */
  async signOutEverywhere(caller: Caller): Promise<void> {
    await inTransaction(this.database, async (manager) => {
      await this.sessions.endAll(manager, caller.actor.id);
      await this.noteSignOut(manager, caller, true);
    });
    this.memory.forget();
  }

  /** Forgets the tries of a subject that has proved itself. */
  forgive(kind: keyof typeof PATIENCE, subject: string): Promise<void> {
    return this.throttle.forget(kind, subject);
  }

  /**
   * Counts a try before it is made.
   *
   * @throws AppError `AUTH.TOO_MANY_TRIES`
   */
  async slowDown(kind: keyof typeof PATIENCE, subject: string): Promise<void> {
    const seconds = await this.throttle.take(kind, subject, PATIENCE[kind]);
    if (seconds === 0) return;
    throw new AppError('too-many', 'AUTH.TOO_MANY_TRIES', `Too many tries; wait ${seconds} seconds.`, {
      retryAfterSeconds: seconds,
    });
  }

  /**
   * Starts the session of a person who has shown everything that is asked for.
   *
   * @param idToken of the OpenID provider that the person comes from
   */
  async complete(
    manager: EntityManager,
    person: Person,
    visitor: Visitor,
    by: 'password' | 'totp' | 'recovery_code' | 'provider',
    idToken: string | null = null,
  ): Promise<StartedSession> {
    await manager.update(Person, { id: person.id }, { last_sign_in_at: new Date() });
    const started = await this.sessions.start(manager, person, 'signed-in', visitor, idToken);
    await this.audit.append(manager, {
      origin: callerOf(person, visitor),
      action: 'sign_in.succeeded',
      object: { type: 'person', id: person.id, name: person.name },
      after: { by, session: started.session.id },
    });
    return started;
  }

  private async end(
    manager: EntityManager,
    token: string,
  ): Promise<{ session: Session; person: Person } | null> {
    const found =
      (await this.sessions.find(token, 'signed-in', manager)) ??
      (await this.sessions.find(token, 'totp', manager));
    if (found === null) return null;
    await manager.delete(Session, { id: found.session.id });
    return found;
  }

  private async noteSignOut(manager: EntityManager, origin: Caller, everywhere: boolean): Promise<void> {
    const { id, name } = origin.actor;
    await this.audit.append(manager, {
      origin,
      action: 'sign_out.succeeded',
      object: { type: 'person', id, name },
      after: { everywhere },
    });
  }

  /** The address is kept as it was entered, also when no person has it. */
  private async noteRefusal(
    visitor: Visitor,
    wrong: 'password' | 'code',
    personId: string,
    email: string,
  ): Promise<void> {
    await inTransaction(this.database, (manager) =>
      this.audit.append(manager, {
        origin: unknownCaller(visitor),
        action: 'sign_in.refused',
        object: { type: 'person', id: personId, name: email },
        after: { wrong },
      }),
    );
  }
}
