import { type AuditAction, type AuditState, AuditTrail, Personal } from '@mcm/audit';
import type { Role } from '@mcm/contracts';
import { AppError, canonicalName } from '@mcm/kernel';
import {
  DataSource,
  type EntityManager,
  inTransaction,
  isFromProvider,
  isUniqueViolation,
  Person,
} from '@mcm/persistence';
import type { Caller } from '@mcm/platform';
import { Injectable } from '@nestjs/common';
import { AccessMemory } from '../access/access-memory.js';
import { Sessions } from '../sessions/sessions.js';
import { type NewLink, OneTimeLinks } from '../sign-in/one-time-links.js';
import { removeTotp } from '../sign-in/own-account.service.js';
import { ADMIN_WITH_PASSWORD } from '../sign-in/set-up.js';
import { newPerson } from './new-person.js';

/** Most people; a page shows all of them. */
export const PEOPLE_MAX = 1000;

/** What an admin may change about a person; what is absent stays. */
export interface PersonChange {
  name?: string;
  role?: Role;
  disabled?: boolean;
}

/** Who may sign in, and as what. */
@Injectable()
export class PeopleService {
  constructor(
    private readonly database: DataSource,
    private readonly links: OneTimeLinks,
    private readonly sessions: Sessions,
    private readonly memory: AccessMemory,
    private readonly audit: AuditTrail,
  ) {}

  /** All people, by name. */
  list(): Promise<Person[]> {
    return inTransaction(this.database, (manager) =>
      manager.find(Person, { order: { name: 'ASC', id: 'ASC' }, take: PEOPLE_MAX }),
    );
  }

  /**
   * Adds a person, who sets a password with the link.
   *
   * @throws AppError `PEOPLE.EXISTS`, `PEOPLE.TOO_MANY`
   */
  async invite(
    given: { name: string; email: string; role: Role },
    caller: Caller,
  ): Promise<{ person: Person; link: NewLink }> {
    try {
      return await inTransaction(this.database, async (manager) => {
        if ((await manager.count(Person)) >= PEOPLE_MAX) {
          throw new AppError('conflict', 'PEOPLE.TOO_MANY', `There are ${PEOPLE_MAX} people already.`);
        }
        const person = newPerson({ ...given, email_key: canonicalName(given.email) });
        await manager.insert(Person, person).catch((error: unknown) => {
          if (!isUniqueViolation(error, 'people_email_key')) throw error;
          throw new AppError('conflict', 'PEOPLE.EXISTS', 'A person with this address exists already.');
        });
        const link = await this.links.create(manager, 'invite', person.id);
        await this.note(manager, caller, 'person.invited', null, person);
        return { person, link };
      });
    } finally {
      this.memory.forget();
    }
  }

  /**
   * Changes a person. Another role, or being disabled, ends the sessions of the person: the next one has what the new role
   * permits, and the token that was known before is worth nothing.
   *
   * @throws AppError `PEOPLE.NOT_FOUND`, `PEOPLE.LAST_ADMIN`, `PEOPLE.FROM_PROVIDER`
   */
  async change(id: string, change: PersonChange, caller: Caller): Promise<Person> {
    const changed = await inTransaction(this.database, async (manager) => {
      const admins = await this.lockAdmins(manager);
      const before = await this.lock(manager, id);
      if (change.name !== undefined || change.role !== undefined) requireLocal(before);
      const after = { ...before };
      if (change.name !== undefined) after.name = change.name;
      if (change.role !== undefined) after.role = change.role;
      if (change.disabled === true) after.disabled_at ??= new Date();
      if (change.disabled === false) after.disabled_at = null;
      const { name, role, disabled_at } = after;
      const stays = role === 'admin' && disabled_at === null;
      if (!stays && admins.length === 1 && admins[0] === id) {
        throw new AppError('conflict', 'PEOPLE.LAST_ADMIN', 'This is the last admin who can sign in.');
      }
      await manager.update(Person, { id }, { name, role, disabled_at });
      if (role !== before.role || (disabled_at !== null && before.disabled_at === null)) {
        await this.sessions.endAll(manager, id);
        await manager.query('delete from one_time_links where person_id = $1 and $2', [
          id,
          disabled_at !== null,
        ]);
      }
      await this.note(manager, caller, changeAction(before, after), before, after);
      return after;
    });
    this.memory.forget();
    return changed;
  }

  /**
   * Makes a link with which the person sets a password; of a person who has not joined yet, the invitation again.
   *
   * @param forgetTotp also forgets the authenticator, for a person who has lost it
   * @throws AppError `PEOPLE.NOT_FOUND`, `PEOPLE.DISABLED`, `PEOPLE.FROM_PROVIDER`
   */
  async resetLink(
    id: string,
    forgetTotp: boolean,
    caller: Caller,
  ): Promise<{ person: Person; link: NewLink }> {
    return inTransaction(this.database, async (manager) => {
      const person = await this.lock(manager, id);
      requireLocal(person);
      if (person.disabled_at !== null) {
        throw new AppError('conflict', 'PEOPLE.DISABLED', 'The person is disabled; enable the person first.');
      }
      if (forgetTotp) await removeTotp(manager, id);
      const kind = person.password_hash === null ? 'invite' : 'reset';
      const link = await this.links.create(manager, kind, id);
      const after = await manager.findOneByOrFail(Person, { id });
      await this.note(manager, caller, 'password.reset_started', person, after);
      return { person: after, link };
    });
  }

  /** The admins who can sign in; of two changes at the same time the second sees the first. */
  private async lockAdmins(manager: EntityManager): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(
      `select id from people where ${ADMIN_WITH_PASSWORD} order by id for update`,
    );
    return rows.map(({ id }) => id);
  }

  private async note(
    manager: EntityManager,
    origin: Caller,
    action: AuditAction,
    before: Person | null,
    after: Person,
  ): Promise<void> {
    await this.audit.append(manager, {
      origin,
      action,
      object: { type: 'person', id: after.id, name: after.name },
      before: before === null ? null : auditState(before),
      after: auditState(after),
    });
  }

  private async lock(manager: EntityManager, id: string): Promise<Person> {
    const person = await manager.findOne(Person, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (person === null) throw new AppError('not-found', 'PEOPLE.NOT_FOUND', `There is no person ${id}.`);
    return person;
  }
}

/** What the provider says about a person cannot be changed here: it would last until the next sign-in. */
function requireLocal(person: Person): void {
  if (!isFromProvider(person)) return;
  throw new AppError(
    'conflict',
    'PEOPLE.FROM_PROVIDER',
    'Name, role and password of this person are with the OpenID provider; only `disabled` can be changed here.',
  );
}

/** The weightiest of what was changed; the entry holds all of it. */
function changeAction(before: Person, after: Person): AuditAction {
  if (before.role !== after.role) return 'person.role_changed';
  if ((before.disabled_at === null) === (after.disabled_at === null)) return 'person.changed';
  return after.disabled_at === null ? 'person.enabled' : 'person.disabled';
}

function auditState({ name, email, role, disabled_at, totp_enrolled_at }: Person): AuditState {
  return {
    name: new Personal(name),
    email: new Personal(email),
    role,
    disabled: disabled_at !== null,
    totp_enabled: totp_enrolled_at !== null,
  };
}
