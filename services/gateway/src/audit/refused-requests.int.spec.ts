import { eventually } from '@mcm/testing';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import { PASSWORD, storedPerson, TestBrowser } from '../../test/signed-in.js';

interface Refusal {
  actor: { type: string; id: string };
  object: { type: string; id: string };
  after: { code: string; count: number };
}

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ AUTH_MODE: 'local', TRUSTED_PROXIES: '127.0.0.1' });
});
afterAll(() => gateway.close());

/** The refusals in the trail, in their order. */
async function refusals(): Promise<Refusal[]> {
  const rows = await gateway.database.query<{ body: string }[]>(
    "select body from audit.entries where action = 'request.refused' order by seq",
  );
  return rows.map(({ body }) => (JSON.parse(body) as { entry: Refusal }).entry);
}

it('records immediately what a person may not do', async () => {
  const { id, email } = await storedPerson(gateway, { role: 'viewer' });
  const viewer = await new TestBrowser(gateway).signIn(email);
  const makeKey = () => viewer.post('/keys', { name: 'mine', scopes: ['admin'] });
  expect((await makeKey()).status).toBe(403);
  await eventually(async () => (await refusals()).length > 0);
  expect(await refusals()).toMatchObject([
    {
      actor: { type: 'person', id },
      object: { type: 'route', id: 'POST /keys', name: null },
      after: { code: 'AUTH.NOT_PERMITTED', count: 1 },
    },
  ]);
  for (let times = 0; times < 5; times += 1) await makeKey();
  // A mistake is no attempt at what is forbidden.
  expect((await viewer.get('/findings?color=red')).status).toBe(400);
  expect(await refusals()).toHaveLength(1);
});

it('records guesses that had to wait', async () => {
  const guess = () =>
    new TestBrowser(gateway).post('/auth/sign-in', { email: 'ada@example.org', password: PASSWORD });
  let status = 401;
  for (let times = 0; times < 20 && status === 401; times += 1) ({ status } = await guess());
  expect(status).toBe(429);
  await eventually(async () => (await refusals()).length > 1);
  expect((await refusals()).at(-1)).toMatchObject({
    actor: { type: 'system', id: 'gateway' },
    object: { id: 'POST /auth/sign-in' },
    after: { code: 'AUTH.TOO_MANY_TRIES', count: 1 },
  });
});

it('is not filled by a flood, and has counted all of it when the process ends', async () => {
  const flood = Array.from({ length: 200 }, (_, number) =>
    gateway.post('/auth/sign-out', { headers: { 'x-forwarded-for': `192.0.2.${number}` } }),
  );
  for (const answer of await Promise.all(flood)) expect(answer.status).toBe(403);
  await gateway.stop();
  const counted = await refusals();
  // On a slow machine a minute ends in between, and with it begins another first entry of each kind.
  expect(counted.length).toBeLessThan(130);
  const total = (route: string) =>
    counted.filter(({ object }) => object.id === route).reduce((sum, { after }) => sum + after.count, 0);
  expect(total('POST /keys')).toBe(6);
  expect(total('(several)')).toBeGreaterThan(50);
  expect(total('POST /auth/sign-out') + total('(several)')).toBe(200);
});
