import { type AuditState, AuditTrail, Personal } from '@mcm/audit';
import type { Role } from '@mcm/contracts';
import { DataSource, type EntityManager, Identity, inTransaction, Person, Session } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';
import { AccessMemory } from '../access/access-memory.js';
import { callerOf, unknownCaller, type Visitor } from '../access/visitor.js';
import { newPerson } from '../people/new-person.js';
import { PEOPLE_MAX } from '../people/people.service.js';
import { type StartedSession, Sessions } from '../sessions/sessions.js';
import { SignInService } from '../sign-in/sign-in.service.js';
import { OidcFailure, type OidcFailureCode } from './oidc-failure.js';
import type { ProviderPerson } from './openid-provider.js';

/** People who come from the provider: who they are is its issuer and their subject, and their role is what it says today. */
@Injectable()
export class ProviderPeople {
  constructor(
    private readonly database: DataSource,
    private readonly sessions: Sessions,
    private readonly signIn: SignInService,
    private readonly memory: AccessMemory,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Signs a person in, and keeps what the provider says about the person. At the first time the person is added.
   *
   * @param replaces id of the session that the browser had; it ends
   * @throws OidcFailure `AUTH.OIDC_NO_ROLE`, which also ends all sessions of the person, `AUTH.OIDC_DISABLED`,
   *   `AUTH.OIDC_FULL`
   */
  async begin(given: ProviderPerson, visitor: Visitor, replaces: string | null): Promise<StartedSession> {
    const outcome = await inTransaction(this.database, async (manager) => {
      // One sign-in of a person at a time: two first ones would add the person twice.
      await manager.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
        JSON.stringify([given.issuer, given.subject]),
      ]);
      const person = await this.find(manager, given);
      const refusal = await this.refusal(manager, person, given.role);
      if (refusal !== null) {
        if (person !== null) await this.sessions.endAll(manager, person.id);
        await this.noteRefusal(manager, visitor, refusal, given, person);
        return refusal;
      }
      const role = given.role!;
      const known =
        person === null
          ? await this.add(manager, given, role, visitor)
          : await this.update(manager, person, given, role, visitor);
      if (replaces !== null) await manager.delete(Session, { id: replaces });
      return this.signIn.complete(manager, known, visitor, 'provider', given.idToken);
    });
    this.memory.forget();
    if (typeof outcome === 'string') throw new OidcFailure(outcome);
    return outcome;
  }

  private async find(manager: EntityManager, { issuer, subject }: ProviderPerson): Promise<Person | null> {
    const identity = await manager.findOneBy(Identity, { issuer, subject });
    return identity === null ? null : manager.findOneBy(Person, { id: identity.person_id });
  }

  private async refusal(
    manager: EntityManager,
    person: Person | null,
    role: Role | null,
  ): Promise<OidcFailureCode | null> {
    if (person !== null && person.disabled_at !== null) return 'AUTH.OIDC_DISABLED';
    if (role === null) return 'AUTH.OIDC_NO_ROLE';
    return person === null && (await manager.count(Person)) >= PEOPLE_MAX ? 'AUTH.OIDC_FULL' : null;
  }

  private async add(
    manager: EntityManager,
    { issuer, subject, name, email }: ProviderPerson,
    role: Role,
    visitor: Visitor,
  ): Promise<Person> {
    const person = newPerson({ name, email, email_key: null, role });
    await manager.insert(Person, person);
    await manager.insert(Identity, { issuer, subject, person_id: person.id, created_at: new Date() });
    await this.audit.append(manager, {
      origin: callerOf(person, visitor),
      action: 'person.joined',
      object: { type: 'person', id: person.id, name },
      after: { ...stateOf(person), issuer, subject: new Personal(subject) },
    });
    return person;
  }

  private async update(
    manager: EntityManager,
    before: Person,
    { name, email }: ProviderPerson,
    role: Role,
    visitor: Visitor,
  ): Promise<Person> {
    if (before.name === name && before.email === email && before.role === role) return before;
    const after = { ...before, name, email, role };
    await manager.update(Person, { id: before.id }, { name, email, role });
    // A session has the permissions of the role that its person had when it began.
    if (before.role !== role) await this.sessions.endAll(manager, before.id);
    await this.audit.append(manager, {
      origin: callerOf(after, visitor),
      action: before.role === role ? 'person.changed' : 'person.role_changed',
      object: { type: 'person', id: before.id, name },
      before: stateOf(before),
      after: stateOf(after),
    });
    return after;
  }

  private async noteRefusal(
    manager: EntityManager,
    visitor: Visitor,
    reason: OidcFailureCode,
    { issuer, subject, name }: ProviderPerson,
    person: Person | null,
  ): Promise<void> {
    await this.audit.append(manager, {
      origin: unknownCaller(visitor),
      action: 'sign_in.refused',
      object: { type: 'person', id: person?.id ?? 'unknown', name },
      after: { by: 'provider', reason, issuer, subject: new Personal(subject) },
    });
  }
}

function stateOf({ name, email, role }: Person): AuditState {
  return { name: new Personal(name), email: new Personal(email), role };
}
