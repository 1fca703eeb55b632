import { ApiKey } from '@mcm/persistence';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import { storedPerson, TestBrowser } from '../../test/signed-in.js';

interface Made {
  key: { id: string; state: string; expires_at: string };
  secret: string;
}

let gateway: RunningGateway;
let admin: TestBrowser;
beforeAll(async () => {
  gateway = await startGateway({ AUTH_MODE: 'local' });
  admin = await new TestBrowser(gateway).signIn((await storedPerson(gateway, { role: 'admin' })).email);
});
afterAll(() => gateway.close());

const make = async (body: object): Promise<Made> =>
  (await (await admin.post('/keys', { name: 'a program', ...body })).json()) as Made;
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const ask = (path: string, secret: string, init: RequestInit = {}) =>
  gateway.get(path, { ...init, headers: { ...bearer(secret), ...init.headers } });

it('makes a key that is shown once, has its scopes, and says when it was used', async () => {
  const { key, secret } = await make({ scopes: ['read'] });
  expect(secret).toMatch(/^mcm_[a-z0-9]{12}_[\w-]{43}$/);
  expect(Math.round((Date.parse(key.expires_at) - Date.now()) / 86_400_000)).toBe(365);
  expect((await ask('/findings', secret)).status).toBe(200);
  expect((await ask('/keys', secret)).status).toBe(403);
  expect(await (await ask('/me', secret)).json()).toMatchObject({
    actor: { type: 'key', id: key.id, name: 'a program' },
    permissions: ['read'],
    account: null,
  });
  const { items } = (await (await admin.get('/keys')).json()) as { items: { last_used_at: string | null }[] };
  expect(items[0]!.last_used_at).not.toBeNull();
  expect(JSON.stringify(items)).not.toContain(secret.split('_')[2]);
});

it('needs neither a cookie nor an origin, and is stopped by no Origin check', async () => {
  const { secret } = await make({ scopes: ['events:write'] });
  const response = await gateway.post('/events', {
    headers: { ...bearer(secret), 'content-type': 'application/json' },
    body: '{"event_type":"login_failed","user":"alice"}',
  });
  expect(response.status).toBe(202);
});

it.each(['mcm_', 'mcm_x', 'mcm_abcdefghijkl_short', `mcm_abcdefghijkl_${'A'.repeat(43)}`])(
  'refuses %s',
  async (secret) => {
    const response = await ask('/findings', secret);
    expect([response.status, await response.json()]).toMatchObject([401, { code: 'AUTH.KEY_INVALID' }]);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  },
);

it('refuses the secret of one key with the id of another', async () => {
  const [one, two] = [await make({ scopes: ['read'] }), await make({ scopes: ['admin'] })];
  const mixed = `mcm_${two.key.id}_${one.secret.split('_').slice(2).join('_')}`;
  expect((await ask('/keys', mixed)).status).toBe(401);
});

it('is revoked by its id, also on an open stream, within a second', async () => {
  const { key, secret } = await make({ scopes: ['read'] });
  const stream = await ask('/stream', secret);
  expect(stream.status).toBe(200);
  const begun = performance.now();
  expect(await (await admin.ask('DELETE', `/keys/${key.id}`)).json()).toMatchObject({ state: 'revoked' });
  expect((await ask('/findings', secret)).status).toBe(401);
  await stream.text();
  expect(performance.now() - begun).toBeLessThan(2000);
  expect((await admin.ask('DELETE', `/keys/${key.id}`)).status).toBe(200);
  expect((await admin.ask('DELETE', '/keys/unknown')).status).toBe(404);
});

it('expires', async () => {
  const { key, secret } = await make({ scopes: ['read'], expires_in_days: 1 });
  await gateway.database.manager.update(ApiKey, { id: key.id }, { expires_at: new Date(Date.now() - 1000) });
  expect((await ask('/findings', secret)).status).toBe(401);
});

it('gives no more than its creator has', async () => {
  const { secret } = await make({ scopes: ['admin'] });
  const headers = { ...bearer(secret), 'content-type': 'application/json' };
  const create = (scopes: string[]) =>
    gateway.post('/keys', { headers, body: JSON.stringify({ name: 'more', scopes }) });
  const more = await create(['admin', 'events:write']);
  expect([more.status, await more.json()]).toMatchObject([403, { code: 'KEYS.BEYOND_OWN' }]);
  expect((await create(['admin'])).status).toBe(201);
});

it.each([
  [{ scopes: [] }, 'scopes'],
  [{ scopes: ['everything'] }, 'scopes'],
  [{ scopes: 'read' }, 'scopes'],
  [{ scopes: ['read'], expires_in_days: 0 }, 'expires_in_days'],
  [{ scopes: ['read'], expires_in_days: 1e9 }, 'expires_in_days'],
  [{ scopes: ['read'], allowed_sources: 'github' }, 'allowed_sources'],
  [{ scopes: ['read'], allowed_sources: ['a\u0000'] }, 'allowed_sources'],
  [{ scopes: ['read'], id: 'mine' }, 'id'],
])('refuses %j and names the field', async (body, pointer) => {
  const response = await admin.post('/keys', { name: 'a program', ...body });
  expect([response.status, await response.json()]).toMatchObject([400, { errors: [{ pointer }] }]);
});
