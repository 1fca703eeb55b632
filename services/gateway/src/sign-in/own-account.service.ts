import { type AuditAction, AuditTrail } from '@mcm/audit';
import { AppError } from '@mcm/kernel';
import {
  DataSource,
  type EntityManager,
  inTransaction,
  IsNull,
  Person,
  RecoveryCode,
  Session,
} from '@mcm/persistence';
import { type Caller, type Principal, signInRequired } from '@mcm/platform';
import { Injectable } from '@nestjs/common';
import { AccessMemory } from '../access/access-memory.js';
import { type StartedSession, Sessions } from '../sessions/sessions.js';
import { requireNewPassword } from './new-password.js';
import { Passwords } from './passwords.js';
import { SignInService } from './sign-in.service.js';
import { newRecoveryCodes, newTotp, takeTotpCode } from './totp.js';

/** A person and the session in which the person asks. */
interface Own {
  person: Person;
  session: Session;
}

/** What people change about their own account. */
@Injectable()
export class OwnAccountService {
  constructor(
    private readonly database: DataSource,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly signIn: SignInService,
    private readonly memory: AccessMemory,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Sets another password. All other sessions of the person end.
   *
   * @throws AppError `AUTH.WRONG_PASSWORD`, `AUTH.WEAK_PASSWORD`, `AUTH.TOO_MANY_TRIES`, `AUTH.NOT_A_PERSON`
   */
  async changePassword(
    principal: Principal,
    caller: Caller,
    current: string,
    password: string,
  ): Promise<StartedSession> {
    const { person } = await this.ownLocal(principal);
    await this.requirePassword(person, current);
    await requireNewPassword(password, [person.name, person.email]);
    const password_hash = await this.passwords.hash(password);
    return this.change(principal, caller, 'password.changed', (manager) =>
      manager.update(Person, { id: person.id }, { password_hash }),
    );
  }

  /**
   * Starts the enrolment of an authenticator; codes are asked for once {@link confirmTotp} has seen one.
   *
   * @param password who finds an open session must not be able to shut its owner out
   * @throws AppError `AUTH.WRONG_PASSWORD`, `AUTH.TOO_MANY_TRIES`, `AUTH.TOTP_ENROLLED`, `AUTH.NOT_A_PERSON`
   */
  async startTotp(principal: Principal, password: string): Promise<{ secret: string; uri: string }> {
    const { person } = await this.ownLocal(principal);
    if (person.totp_enrolled_at !== null) throw enrolled();
    await this.requirePassword(person, password);
    const totp = newTotp(person);
    await inTransaction(this.database, (manager) =>
      manager.update(Person, { id: person.id }, { totp_secret: totp.secret }),
    );
    return totp;
  }

  /**
   * Ends the enrolment with a first code.
   *
   * @returns the recovery codes, which are shown once
   * @throws AppError `AUTH.WRONG_CODE`, `AUTH.TOTP_ENROLLED`, `AUTH.TOO_MANY_TRIES`, `AUTH.NOT_A_PERSON`
   */
  async confirmTotp(
    principal: Principal,
    caller: Caller,
    code: string,
  ): Promise<StartedSession & { recoveryCodes: string[] }> {
    const { person } = await this.ownLocal(principal);
    if (person.totp_enrolled_at !== null) throw enrolled();
    await this.signIn.slowDown('code', person.id);
    let recoveryCodes: string[] = [];
    const started = await this.change(principal, caller, 'totp.enabled', async (manager) => {
      if (!(await takeTotpCode(manager, person, code))) {
        throw new AppError('invalid', 'AUTH.WRONG_CODE', 'The code is wrong.', {
          errors: [{ pointer: 'code', detail: 'The code is wrong' }],
        });
      }
      await manager.update(Person, { id: person.id }, { totp_enrolled_at: new Date() });
      recoveryCodes = await newRecoveryCodes(manager, person.id);
    });
    return { ...started, recoveryCodes };
  }

  /** @throws AppError `AUTH.WRONG_PASSWORD`, `AUTH.TOO_MANY_TRIES`, `AUTH.NOT_A_PERSON` */
  async removeTotp(principal: Principal, caller: Caller, password: string): Promise<StartedSession> {
    const { person } = await this.ownLocal(principal);
    await this.requirePassword(person, password);
    return this.change(principal, caller, 'totp.removed', async (manager) => {
      await removeTotp(manager, person.id);
    });
  }

  /** How many recovery codes of a person have not been used. */
  recoveryCodesLeft({ id }: Person): Promise<number> {
    return this.database.manager.countBy(RecoveryCode, { person_id: id, used_at: IsNull() });
  }

  /**
   * The person and session behind a principal.
   *
   * @throws AppError `AUTH.NOT_A_PERSON` for keys and the operator; `AUTH.REQUIRED` when the session has just ended
   */
  async own({ actor, credential }: Principal, manager = this.database.manager): Promise<Own> {
    if (credential?.type !== 'session') {
      throw new AppError('forbidden', 'AUTH.NOT_A_PERSON', 'Only a person who has signed in has an account.');
    }
    const session = await manager.findOneBy(Session, { id: credential.id });
    const person = await manager.findOneBy(Person, { id: actor.id });
    if (session !== null && person !== null) return { person, session };
    throw signInRequired('The session has ended: sign in again.');
  }

  /**
   * The person behind a principal, who has a password here.
   *
   * @throws AppError `AUTH.FROM_PROVIDER`; what {@link own} throws
   */
  private async ownLocal(principal: Principal): Promise<Own> {
    const own = await this.own(principal);
    if (own.session.issuer === null) return own;
    throw new AppError(
      'conflict',
      'AUTH.FROM_PROVIDER',
      'You sign in with the OpenID provider: your password and your authenticator are there.',
    );
  }

  /** Changes the account, gives the session a new token and ends the others, all or nothing. */
  private async change(
    principal: Principal,
    origin: Caller,
    action: AuditAction,
    work: (manager: EntityManager) => Promise<unknown>,
  ): Promise<StartedSession> {
    const started = await inTransaction(this.database, async (manager) => {
      const { person, session } = await this.own(principal, manager);
      await work(manager);
      await this.sessions.endAll(manager, person.id, session.id);
      const rotated = await this.sessions.rotate(manager, session);
      const object = { type: 'person' as const, id: person.id, name: person.name };
      await this.audit.append(manager, { origin, action, object });
      return rotated;
    });
    this.memory.forget();
    return started;
  }

  private async requirePassword(person: Person, password: string): Promise<void> {
    await this.signIn.slowDown('name', person.email_key ?? person.id);
    if (!(await this.passwords.matches(password, person.password_hash))) {
      throw new AppError('forbidden', 'AUTH.WRONG_PASSWORD', 'The password is wrong.');
    }
    await this.signIn.forgive('name', person.email_key ?? person.id);
  }
}

/** Forgets the authenticator of a person, with its recovery codes. */
export async function removeTotp(manager: EntityManager, personId: string): Promise<void> {
  await manager.update(Person, { id: personId }, { totp_secret: null, totp_enrolled_at: null });
  await manager.delete(RecoveryCode, { person_id: personId });
}

function enrolled(): AppError {
  return new AppError(
    'conflict',
    'AUTH.TOTP_ENROLLED',
    'An authenticator is enrolled already; remove it first.',
  );
}
