import { randomUUID } from 'node:crypto';
import type { Role } from '@mcm/contracts';
import { Person } from '@mcm/persistence';
import { hash } from '@node-rs/argon2';
import { parseSetCookie } from 'cookie';
import { newPerson } from '../src/people/new-person.js';
import type { RunningGateway } from './running-gateway.js';

/** The origin of the dashboard where PUBLIC_URL is not set. */
export const DASHBOARD = 'http://localhost:8080';

/** A password that is good enough. */
export const PASSWORD = 'correct horse battery staple';

/** Of {@link PASSWORD}; hashed once, because that is slow on purpose. */
const PASSWORD_HASH = hash(PASSWORD);

/** A browser on the dashboard: keeps its cookie and says where its page is from. */
export class TestBrowser {
  cookie: string | null = null;

  constructor(
    private readonly gateway: Pick<RunningGateway, 'url'>,
    private readonly origin: string = DASHBOARD,
  ) {}

  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const response = await fetch(`${this.gateway.url}${path}`, {
      method,
      headers: {
        ...(method === 'GET' ? {} : { origin: this.origin }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.cookie === null ? {} : { cookie: this.cookie }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) {
      const { name, value } = parseSetCookie(set);
      this.cookie = value === '' ? null : `${name}=${value}`;
    }
    return response;
  }

  get(path: string): Promise<Response> {
    return this.ask('GET', path);
  }

  post(path: string, body?: unknown): Promise<Response> {
    return this.ask('POST', path, body);
  }

  /** Signs in with {@link PASSWORD}. */
  async signIn(email: string): Promise<this> {
    const response = await this.post('/auth/sign-in', { email, password: PASSWORD });
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    return this;
  }
}

/** A person who has joined, with {@link PASSWORD}. */
export async function storedPerson(
  { database }: Pick<RunningGateway, 'database'>,
  given: Partial<Person> & { role: Role },
): Promise<Person> {
  const email = given.email ?? `${given.role}-${randomUUID().slice(0, 8)}@example.org`;
  const person = newPerson({
    name: `The ${given.role}`,
    email,
    email_key: email,
    password_hash: await PASSWORD_HASH,
    ...given,
  });
  await database.manager.insert(Person, person);
  return person;
}
