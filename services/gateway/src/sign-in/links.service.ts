import { type AuditAction, AuditTrail, Personal } from '@mcm/audit';
import { AppError, canonicalName } from '@mcm/kernel';
import {
  DataSource,
  type EntityManager,
  inTransaction,
  type LinkKind,
  type OneTimeLink,
  Person,
} from '@mcm/persistence';
import { Injectable } from '@nestjs/common';
import { AccessMemory } from '../access/access-memory.js';
import { callerOf, type Visitor } from '../access/visitor.js';
import { newPerson } from '../people/new-person.js';
import { requireNewPassword } from './new-password.js';
import { type StartedSession, Sessions } from '../sessions/sessions.js';
import { canAnAdminSignIn } from './set-up.js';
import { invalidLink, OneTimeLinks } from './one-time-links.js';
import { Passwords } from './passwords.js';
import { SignInService } from './sign-in.service.js';

/** What using a link is in the audit trail. */
const ACTIONS: Record<LinkKind, AuditAction> = {
  setup: 'setup.completed',
  invite: 'person.joined',
  reset: 'password.changed',
};

/** What a person enters on the page that a link leads to. */
export interface LinkUse {
  token: string;
  password: string;
  name?: string;
  email?: string;
}

/** What a link is for, and for which person. */
export interface LinkFacts {
  kind: LinkKind;
  name: string | null;
  email: string | null;
  expires_at: Date;
}

/** Lets people in who come with a one-time link. */
@Injectable()
export class LinksService {
  constructor(
    private readonly database: DataSource,
    private readonly links: OneTimeLinks,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly signIn: SignInService,
    private readonly memory: AccessMemory,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws AppError `AUTH.LINK_INVALID` */
  async check(token: string): Promise<LinkFacts> {
    return inTransaction(this.database, async (manager) => {
      const link = await this.links.find(token, manager);
      const person = await this.personOf(manager, link);
      return {
        kind: link.kind,
        name: person?.name ?? null,
        email: person?.email ?? null,
        expires_at: link.expires_at,
      };
    });
  }

  /**
   * Uses a link up, sets the password, and starts a session.
   *
   * @throws AppError `AUTH.LINK_INVALID`, `REQUEST.INVALID` that names the field, `AUTH.BUSY`
   */
  async use(use: LinkUse, visitor: Visitor, oldToken: string | null): Promise<StartedSession> {
    const { kind, name, email } = await this.check(use.token);
    if (kind === 'setup') requireFields(use);
    await requireNewPassword(use.password, [use.name ?? name ?? '', use.email ?? email ?? '']);
    const password_hash = await this.passwords.hash(use.password);
    const started = await inTransaction(this.database, async (manager) => {
      const link = await this.links.take(manager, use.token);
      const person =
        link.kind === 'setup'
          ? await this.firstAdmin(manager, use, password_hash)
          : await this.withPassword(manager, link, use, password_hash);
      await this.audit.append(manager, {
        origin: callerOf(person, visitor),
        action: ACTIONS[link.kind],
        object: { type: 'person', id: person.id, name: person.name },
        after: { role: person.role, email: new Personal(person.email) },
      });
      return this.signIn.begin(manager, person, visitor, oldToken);
    });
    this.memory.forget();
    return started;
  }

  private async firstAdmin(
    manager: EntityManager,
    { name, email }: LinkUse,
    password_hash: string,
  ): Promise<Person> {
    // Several processes may have printed a link each: the first one that is used ends the set-up.
    await manager.query('lock table people in share row exclusive mode');
    if (await canAnAdminSignIn(manager)) {
      throw new AppError('conflict', 'AUTH.SET_UP_ALREADY', 'The first admin exists already: sign in.');
    }
    const person = newPerson({
      name: name!,
      email: email!,
      email_key: canonicalName(email!),
      role: 'admin',
      password_hash,
    });
    await manager.insert(Person, person);
    await manager.query("delete from one_time_links where kind = 'setup' and used_at is null");
    return person;
  }

  private async withPassword(
    manager: EntityManager,
    link: OneTimeLink,
    { name }: LinkUse,
    password_hash: string,
  ): Promise<Person> {
    const person = await this.personOf(manager, link);
    if (person === null) throw invalidLink();
    const renamed = link.kind === 'invite' && name !== undefined ? { name } : {};
    await manager.update(Person, { id: person.id }, { password_hash, ...renamed });
    await this.sessions.endAll(manager, person.id);
    return Object.assign(person, { password_hash, ...renamed });
  }

  private async personOf(manager: EntityManager, { person_id }: OneTimeLink): Promise<Person | null> {
    if (person_id === null) return null;
    const person = await manager.findOneBy(Person, { id: person_id });
    if (person === null || person.disabled_at === null) return person;
    throw invalidLink();
  }
}

function requireFields({ name, email }: LinkUse): void {
  const errors = Object.entries({ name, email })
    .filter(([, value]) => value === undefined)
    .map(([pointer]) => ({ pointer, detail: `${pointer} is needed to set up the first admin` }));
  if (errors.length === 0) return;
  throw new AppError('invalid', 'REQUEST.INVALID', errors.map(({ detail }) => detail).join('; '), { errors });
}
