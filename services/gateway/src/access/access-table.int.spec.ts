import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { PERMISSIONS, type Permission, ROLES } from '@mcm/contracts';
import { ApiKey, Person } from '@mcm/persistence';
import type { OpenAPIObject } from '@nestjs/swagger';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import { DASHBOARD, storedPerson, TestBrowser } from '../../test/signed-in.js';
import {
  accessOfRoutes,
  accessTable,
  type CallerKind,
  CALLERS,
  type Outcome,
  outcomeOf,
  VENDOR_ROUTE,
} from '../openapi/access-table.js';
import { openApiDocument } from '../openapi/openapi-document.js';
import { describedGateway } from '../openapi/openapi-text.js';
import { tokenHash } from './tokens.js';

let gateway: RunningGateway;
let document: OpenAPIObject;
const credentials = new Map<CallerKind, Record<string, string>>();

beforeAll(async () => {
  document = openApiDocument(await describedGateway());
  gateway = await startGateway({ AUTH_MODE: 'local' });
  credentials.set('anonymous', {});
  for (const role of ROLES) credentials.set(role, await signedIn({ role }));
  const disabled = await storedPerson(gateway, { role: 'admin' });
  credentials.set('disabled person', await cookieOf(disabled));
  await gateway.database.manager.update(Person, { id: disabled.id }, { disabled_at: new Date() });
  for (const scope of PERMISSIONS) credentials.set(`key ${scope}`, await key([scope], {}));
  credentials.set('key for another source', await key(['events:write'], { allowed_sources: ['okta'] }));
  credentials.set('expired key', await key([...PERMISSIONS], { expires_at: new Date(0) }));
  credentials.set('revoked key', await key([...PERMISSIONS], { revoked_at: new Date() }));
});
afterAll(() => gateway.close());

async function cookieOf({ email }: Person): Promise<Record<string, string>> {
  return { cookie: (await new TestBrowser(gateway).signIn(email)).cookie!, origin: DASHBOARD };
}

async function signedIn(given: Parameters<typeof storedPerson>[1]): Promise<Record<string, string>> {
  return cookieOf(await storedPerson(gateway, given));
}

async function key(scopes: Permission[], more: Partial<ApiKey>): Promise<Record<string, string>> {
  const id = randomBytes(6).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  await gateway.database.manager.insert(ApiKey, {
    id,
    secret_hash: tokenHash(secret),
    name: 'a key',
    scopes,
    allowed_sources: null,
    created_by: 'a test',
    created_at: new Date(),
    expires_at: new Date(Date.now() + 3_600_000),
    last_used_at: new Date(),
    revoked_at: null,
    ...more,
  });
  return { authorization: `Bearer mcm_${id}_${secret}` };
}

/** Asks for a route without any effect: the unknown parameter is refused after the guard and before the handler. */
async function outcome(route: string, caller: CallerKind): Promise<Outcome> {
  const [method = '', path = ''] = route.split(' ');
  const filled = path
    .replace('{source}', 'github')
    .replace(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000');
  // Which sources a key is for is decided by the handler.
  const decidesItself = route === VENDOR_ROUTE;
  const response = await fetch(`${gateway.url}${filled}${decidesItself ? '' : '?no-such-parameter=1'}`, {
    method,
    headers: {
      origin: DASHBOARD,
      ...credentials.get(caller),
      ...(decidesItself ? { 'content-type': 'application/json' } : {}),
    },
    ...(decidesItself ? { body: '[]' } : {}),
  });
  await response.body?.cancel();
  if (response.status === 401 || response.status === 403) return `${response.status}`;
  if (!decidesItself) return 'yes';
  return gateway.intake.submissions.at(-1)!.sender?.anonymous === true ? 'proof' : 'yes';
}

it('is what is committed', async () => {
  const committed = await readFile(new URL('../../access-table.md', import.meta.url), 'utf8');
  // When this fails: npm run generate, and read what has changed.
  expect(accessTable(document)).toBe(committed);
});

it('has a line for every route of the server', () => {
  const served = gateway.routes
    .filter((route) => !/^(HEAD|OPTIONS) /.test(route) && !route.includes('*'))
    .map((route) => route.replace(/:(\w+)/g, '{$1}').replace(/(.)\/$/, '$1'));
  expect([...new Set(served)].sort()).toEqual([...accessOfRoutes(document).keys()].sort());
});

it.each(CALLERS)('is what a gateway answers: %s', async (caller) => {
  const expected: Record<string, Outcome> = {};
  const found: Record<string, Outcome> = {};
  for (const [route, access] of accessOfRoutes(document)) {
    // Items are judged by ingestion, whose tests have this case.
    if (route === 'POST /events' && caller === 'key for another source') continue;
    expected[route] = outcomeOf(route, access, caller);
    found[route] = await outcome(route, caller);
  }
  expect(found).toEqual(expected);
});
