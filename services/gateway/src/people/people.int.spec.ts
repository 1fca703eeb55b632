import { Person } from '@mcm/persistence';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import { PASSWORD, storedPerson, TestBrowser } from '../../test/signed-in.js';

interface Invited {
  person: { id: string; state: string };
  link: { url: string };
}

let gateway: RunningGateway;
let admin: TestBrowser;
let adminId: string;
beforeAll(async () => {
  gateway = await startGateway({ AUTH_MODE: 'local' });
  const person = await storedPerson(gateway, { role: 'admin' });
  adminId = person.id;
  admin = await new TestBrowser(gateway).signIn(person.email);
});
afterAll(() => gateway.close());

const invite = async (body: object) => admin.post('/people', body);
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;
const tokenIn = (url: string) => url.split('#')[1]!;

it('invites a person, who joins with the link and has the role', async () => {
  const { person, link } = (await (
    await invite({ name: 'Bo', email: 'bo@example.org', role: 'analyst' })
  ).json()) as Invited;
  expect(person.state).toBe('invited');
  expect((await invite({ name: 'Bo', email: 'BO@example.org', role: 'viewer' })).status).toBe(409);

  const bo = new TestBrowser(gateway);
  const token = tokenIn(link.url);
  expect(await (await bo.post('/auth/links/check', { token })).json()).toMatchObject({
    kind: 'invite',
    name: 'Bo',
  });
  expect((await bo.post('/auth/links/use', { token, password: PASSWORD, name: 'Bo B.' })).status).toBe(200);
  expect(await (await bo.get('/me')).json()).toMatchObject({
    actor: { type: 'person', id: person.id, name: 'Bo B.' },
    permissions: ['read', 'triage'],
  });
  expect((await bo.get('/people')).status).toBe(403);
  expect((await bo.post('/auth/links/use', { token, password: PASSWORD })).status).toBe(404);
  const { items } = (await (await admin.get('/people')).json()) as { items: object[] };
  expect(items).toEqual(
    expect.arrayContaining([expect.objectContaining({ name: 'Bo B.', state: 'active' })]),
  );
  expect(JSON.stringify(items)).not.toMatch(/hash|secret/);
});

it.each([
  [{ name: 'X', email: 'no address', role: 'viewer' }, 'email'],
  [{ name: 'X', email: 'x@example.org', role: 'owner' }, 'role'],
  [{ name: '', email: 'x@example.org', role: 'viewer' }, 'name'],
  [{ name: 'X', email: 'x@example.org', role: 'viewer', password_hash: 'x' }, 'password_hash'],
  [{ name: 'X', email: 'x@example.org', role: 'viewer', id: 'x' }, 'id'],
  [{ name: 'X\u0000', email: 'x@example.org', role: 'viewer' }, 'name'],
  [{ name: 'X', email: 'x\r\nset-cookie: a=b@example.org', role: 'viewer' }, 'email'],
])('refuses %j and names the field', async (body, pointer) => {
  const response = await invite(body);
  expect([response.status, await response.json()]).toMatchObject([400, { errors: [{ pointer }] }]);
});

it('takes a role away on all routes and open streams within a second', async () => {
  const person = await storedPerson(gateway, { role: 'analyst' });
  const browser = await new TestBrowser(gateway).signIn(person.email);
  expect((await browser.get('/findings')).status).toBe(200);
  const stream = await browser.get('/stream');
  expect(stream.status).toBe(200);
  const begun = performance.now();
  expect((await admin.ask('PATCH', `/people/${person.id}`, { role: 'viewer' })).status).toBe(200);
  expect((await browser.get('/findings')).status).toBe(401);
  await stream.text();
  expect(performance.now() - begun).toBeLessThan(2000);
  await browser.signIn(person.email);
  expect(await (await browser.get('/me')).json()).toMatchObject({ permissions: ['read'] });
});

it('disables and enables a person', async () => {
  const person = await storedPerson(gateway, { role: 'viewer' });
  const browser = await new TestBrowser(gateway).signIn(person.email);
  expect(await (await admin.ask('PATCH', `/people/${person.id}`, { disabled: true })).json()).toMatchObject({
    state: 'disabled',
  });
  expect((await browser.get('/me')).status).toBe(401);
  expect((await browser.post('/auth/sign-in', { email: person.email, password: PASSWORD })).status).toBe(401);
  expect(await codeOf(await admin.post(`/people/${person.id}/reset-link`))).toBe('PEOPLE.DISABLED');
  await admin.ask('PATCH', `/people/${person.id}`, { disabled: false });
  await browser.signIn(person.email);
});

it('keeps a last admin, also when two admins take the role from each other', async () => {
  expect(await codeOf(await admin.ask('PATCH', `/people/${adminId}`, { role: 'viewer' }))).toBe(
    'PEOPLE.LAST_ADMIN',
  );
  expect(await codeOf(await admin.ask('PATCH', `/people/${adminId}`, { disabled: true }))).toBe(
    'PEOPLE.LAST_ADMIN',
  );
  const second = await storedPerson(gateway, { role: 'admin' });
  const other = await new TestBrowser(gateway).signIn(second.email);
  const answers = await Promise.all([
    admin.ask('PATCH', `/people/${second.id}`, { role: 'viewer' }),
    other.ask('PATCH', `/people/${adminId}`, { role: 'viewer' }),
  ]);
  expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
  expect(await gateway.database.manager.countBy(Person, { role: 'admin' })).toBe(1);
  await gateway.database.manager.update(Person, { id: adminId }, { role: 'admin' });
  const { email } = await gateway.database.manager.findOneByOrFail(Person, { id: adminId });
  await admin.signIn(email);
});

it('resets a password, and the authenticator where it is lost', async () => {
  const person = await storedPerson(gateway, {
    role: 'viewer',
    totp_secret: 'US3WHSG7X5KAPV27VANWKQHF3SH3HULL',
    totp_enrolled_at: new Date(),
  });
  const reset = async (body?: object) =>
    ((await (await admin.post(`/people/${person.id}/reset-link`, body)).json()) as Invited).link.url;
  const first = await reset();
  const second = await reset();
  const browser = new TestBrowser(gateway);
  const use = (url: string) =>
    browser.post('/auth/links/use', { token: tokenIn(url), password: 'a whole new password' });
  expect((await use(first)).status).toBe(404);
  // The link is no way around the authenticator.
  expect(await (await use(second)).json()).toEqual({ totp_required: true });
  expect((await browser.get('/me')).status).toBe(401);
  expect(await (await use(await reset({ remove_totp: true }))).json()).toEqual({ totp_required: false });
  expect((await browser.get('/me')).status).toBe(200);
});

it('answers unknown people with 404', async () => {
  const id = '00000000-0000-4000-8000-000000000000';
  expect((await admin.ask('PATCH', `/people/${id}`, { name: 'X' })).status).toBe(404);
  expect((await admin.post(`/people/${id}/reset-link`)).status).toBe(404);
  expect((await admin.ask('PATCH', '/people/1', { name: 'X' })).status).toBe(400);
  expect((await admin.ask('PATCH', `/people/${id}`, {})).status).toBe(400);
});

it('has one entry in the audit trail for each change, and none for what was refused', async () => {
  const actions = async () => {
    const rows = await gateway.database.query<{ body: string }[]>(
      'select body from audit.entries order by seq',
    );
    return rows.map(
      ({ body }) => (JSON.parse(body) as { entry: { action: string; actor: { id: string } } }).entry,
    );
  };
  const before = (await actions()).length;
  const { person } = (await (
    await invite({ name: 'Cy', email: 'cy@example.org', role: 'viewer' })
  ).json()) as Invited;
  await invite({ name: 'Cy', email: 'cy@example.org', role: 'viewer' });
  await admin.ask('PATCH', `/people/${person.id}`, { role: 'analyst', name: 'Cyd' });
  await admin.ask('PATCH', '/people/00000000-0000-4000-8000-000000000000', { disabled: true });
  await admin.ask('PATCH', `/people/${person.id}`, { disabled: true });
  await admin.post('/keys', { name: 'a program', scopes: ['read'] });
  const outsider = new TestBrowser(gateway);
  await outsider.post('/auth/sign-in', { email: 'cy@example.org', password: 'wrong' });
  await admin.post('/auth/sign-out');
  const added = (await actions()).slice(before);
  expect(added.map(({ action }) => action)).toEqual([
    'person.invited',
    'person.role_changed',
    'person.disabled',
    'key.created',
    'sign_in.refused',
    'sign_out.succeeded',
  ]);
  expect(
    new Set(added.filter(({ action }) => action !== 'sign_in.refused').map(({ actor }) => actor.id)),
  ).toEqual(new Set([adminId]));
  expect(JSON.stringify(added)).not.toMatch(/cy@example|Cyd|mcm_/);
});
