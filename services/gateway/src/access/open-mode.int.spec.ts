import { LOCAL_OPERATOR, PERMISSIONS } from '@mcm/contracts';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';

/** Behind the product's own web server, and without one. */
let gateway: RunningGateway;
let plain: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ TRUSTED_PROXIES: '127.0.0.1' });
  plain = await startGateway();
});
afterAll(async () => {
  await gateway.close();
  await plain.close();
});

it('takes each caller for the local operator, who may do everything', async () => {
  expect(await (await gateway.get('/auth')).json()).toEqual({
    mode: 'open',
    setup_required: false,
    local: false,
    oidc: null,
  });
  expect(await (await gateway.get('/me')).json()).toEqual({
    actor: LOCAL_OPERATOR,
    account: null,
    session: null,
    permissions: [...PERMISSIONS],
    mode: 'open',
  });
});

it.each(['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'X-Forwarded-User'])(
  'refuses what a proxy that is not trusted passes on: %s',
  async (header) => {
    for (const path of ['/findings', '/docs', '/openapi.json', '/stream', '/health', '/metrics']) {
      const response = await plain.get(path, { headers: { [header]: '203.0.113.9' } });
      expect([path, response.status]).toEqual([path, 403]);
      expect(await response.json()).toMatchObject({ code: 'AUTH.OPEN_MODE_FORWARDED' });
    }
  },
);

it('answers its own web server, which names one client', async () => {
  const ask = (headers: Record<string, string>) => gateway.get('/findings', { headers });
  const own = { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' };
  expect((await ask(own)).status).toBe(200);
  // Another proxy in front of it adds an address, or a header that the own server does not know.
  expect((await ask({ ...own, 'x-forwarded-for': '203.0.113.9, 127.0.0.1' })).status).toBe(403);
  expect((await ask({ ...own, 'x-forwarded-host': 'monitor.example.org' })).status).toBe(403);
  expect((await ask({ ...own, forwarded: 'for=203.0.113.9' })).status).toBe(403);
});
