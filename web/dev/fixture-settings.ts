import type { components } from '../src/lib/api/schema';
import { fixtureProblem } from './fixture-problem.ts';
import type { FixtureAnswer } from './fixture-access.ts';

type Schemas = components['schemas'];
type Person = Schemas['Person'];
type Key = Schemas['Key'];

const DAY_MS = 86_400_000;
const at = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

/** People and keys of the fixture API. */
export class FixtureSettings {
  private people: Person[] = [];
  private keys: Key[] = [];

  constructor() {
    this.clear();
  }

  /** As at the start; `empty` without any but those who sign in. */
  clear(): void {
    this.people = makePeople();
    this.keys = makeKeys();
  }

  /** Takes away what a list shows. */
  empty(): void {
    this.people = [];
    this.keys = [];
  }

  /** The person who has a role. */
  person(role: Schemas['Role']): Pick<Person, 'id' | 'name' | 'email'> {
    return makePeople().find((person) => person.role === role && person.state === 'active')!;
  }

  /** Answers what is about people and keys. */
  handle(method: string, [kind, id, further]: readonly string[], body: unknown): FixtureAnswer | undefined {
    if (kind === 'keys') return this.handleKeys(method, id, body as Schemas['KeyRequest']);
    if (kind !== 'people') return undefined;
    if (id === undefined) {
      return method === 'GET'
        ? { status: 200, body: { items: this.people } satisfies Schemas['PersonList'] }
        : this.invite(body as Schemas['Invitation']);
    }
    const person = this.people.find((each) => each.id === id);
    if (person === undefined) return refusal(404, 'PEOPLE.NOT_FOUND', `There is no person ${id}.`);
    return further === 'reset-link'
      ? { status: 201, body: { person, link: newLink() } satisfies Schemas['PersonWithLink'] }
      : this.change(person, body as Schemas['PersonChange']);
  }

  private invite({ name, email, role }: Schemas['Invitation']): FixtureAnswer {
    if (this.people.some((person) => person.email === email)) {
      return refusal(409, 'PEOPLE.EXISTS', 'A person with this address exists already.');
    }
    const person: Person = makePerson(this.people.length + 1, name, email, role, { state: 'invited' });
    this.people.push(person);
    return { status: 201, body: { person, link: newLink() } satisfies Schemas['PersonWithLink'] };
  }

  private change(person: Person, change: Schemas['PersonChange']): FixtureAnswer {
    if (person.role === 'admin' && (change.disabled === true || (change.role ?? 'admin') !== 'admin')) {
      return refusal(409, 'PEOPLE.LAST_ADMIN', 'This is the last admin who can sign in.');
    }
    Object.assign(person, {
      name: change.name ?? person.name,
      role: change.role ?? person.role,
      ...(change.disabled === undefined ? {} : { state: change.disabled ? 'disabled' : 'active' }),
    });
    return { status: 200, body: person };
  }

  private handleKeys(
    method: string,
    id: string | undefined,
    body: Schemas['KeyRequest'],
  ): FixtureAnswer | undefined {
    if (method === 'GET') return { status: 200, body: { items: this.keys } satisfies Schemas['KeyList'] };
    if (method === 'POST') {
      const key = makeKey(`k${this.keys.length + 1}`, body.name, body.scopes, body.allowed_sources ?? null);
      this.keys = [key, ...this.keys];
      const secret = `mcm_${key.id}_WJ0kq0Zt2bWmYw0qjz1h7yJm0V2tq6cJrQ8nT5xUo9E`;
      return { status: 201, body: { key, secret } satisfies Schemas['NewKey'] };
    }
    const key = this.keys.find((each) => each.id === id);
    if (key === undefined) return refusal(404, 'KEYS.NOT_FOUND', `There is no key ${id}.`);
    Object.assign(key, { state: 'revoked', revoked_at: at(0) });
    return { status: 200, body: key };
  }
}

function refusal(status: Parameters<typeof fixtureProblem>[0], code: string, detail: string): FixtureAnswer {
  return { status, body: fixtureProblem(status, code, detail) };
}

function newLink(): Schemas['NewLink'] {
  const token = 'q3Vb6o1nSgk2mYw0qjz1h7yJm0V2tq6cJrQ8nT5xUo9';
  return { url: `http://localhost:8080/welcome#${token}`, expires_at: at(3) };
}

function makePerson(
  number: number,
  name: string,
  email: string,
  role: Schemas['Role'],
  more: Partial<Person> = {},
): Person {
  return {
    id: `0190f3c8-7c1e-7000-8000-1000000000${String(number).padStart(2, '0')}`,
    name,
    email,
    from_provider: false,
    role,
    state: 'active',
    totp_enabled: false,
    last_sign_in_at: null,
    created_at: at(-40),
    ...more,
  };
}

function makePeople(): Person[] {
  return [
    makePerson(1, 'Ada Admin', 'admin@example.org', 'admin', {
      totp_enabled: true,
      last_sign_in_at: at(-0.01),
    }),
    makePerson(2, 'Andy Analyst', 'analyst@example.org', 'analyst', { last_sign_in_at: at(-3) }),
    makePerson(3, 'Long '.repeat(24).trim(), `${'long'.repeat(15)}@example.org`, 'viewer', {
      state: 'invited',
    }),
    makePerson(4, 'Nora <img src=x>\u202egnp', 'nora@example.org', 'viewer', { state: 'disabled' }),
    makePerson(5, 'Vera Viewer', 'viewer@example.org', 'viewer', { last_sign_in_at: at(-0.4) }),
  ];
}

function makeKey(
  id: string,
  name: string,
  scopes: Schemas['Permission'][],
  allowed_sources: string[] | null,
  more: Partial<Key> = {},
): Key {
  return {
    id,
    name,
    state: 'valid',
    scopes,
    allowed_sources,
    created_by: 'Ada Admin',
    created_at: at(-20),
    expires_at: at(345),
    last_used_at: null,
    revoked_at: null,
    ...more,
  };
}

function makeKeys(): Key[] {
  return [
    makeKey('3gk2m9qz', 'GitHub webhooks', ['events:write'], ['github'], { last_used_at: at(-0.002) }),
    makeKey('7hd0w1xa', 'Nightly export', ['read'], null, { last_used_at: at(-0.5) }),
    makeKey(
      '9zz3v5bn',
      'A name without any end '.repeat(8).trim(),
      ['events:write', 'read', 'triage'],
      ['okta', 'cloudtrail'],
    ),
    makeKey('1aa2b3cc', 'Old simulator', ['events:write'], null, { state: 'expired', expires_at: at(-5) }),
    makeKey('5xy7z8ww', 'Leaked', ['admin'], null, { state: 'revoked', revoked_at: at(-9) }),
  ];
}
