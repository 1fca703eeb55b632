import { Identity, Person } from '@mcm/persistence';
import { failed, type OidcGateway, startOidcGateway } from '../../test/oidc-gateway.js';
import { locationOf } from '../../test/provider-browser.js';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import { DASHBOARD, PASSWORD, storedPerson, TestBrowser } from '../../test/signed-in.js';

let oidc: OidcGateway;
let gateway: RunningGateway;
let provider: OidcGateway['provider'];
let browser: OidcGateway['browser'];
beforeAll(async () => {
  oidc = await startOidcGateway();
  ({ gateway, provider, browser } = oidc);
}, 60_000);
afterAll(() => oidc.close());
afterEach(() => provider.behave({}));

it('says how people sign in, and takes no passwords', async () => {
  const answer = await (await gateway.get('/auth')).json();
  expect(answer).toEqual({ mode: 'oidc', setup_required: false, local: false, oidc: { name: 'Acme' } });
  const { email } = await storedPerson(gateway, { role: 'admin' });
  const local = new TestBrowser(gateway);
  for (const [path, body] of [
    ['/auth/sign-in', { email, password: PASSWORD }],
    ['/auth/links/check', { token: 'x' }],
  ] as const) {
    const response = await local.post(path, body);
    expect([response.status, await response.json()]).toMatchObject([409, { code: 'AUTH.NOT_LOCAL' }]);
  }
});

it('signs a person in with the role of the claim, and back to the page that was asked for', async () => {
  await provider.behave({
    accounts: { ada: { name: 'Ada L.', email: 'ada@example.org', groups: ['staff', 'security-team'] } },
  });
  const ada = browser();
  const page = await ada.signIn('ada', '/auth/oidc/start?return_to=%2Ffindings%3Fseverity%3Dhigh');
  expect(page).toBe(`${DASHBOARD}/findings?severity=high`);
  expect(ada.cookie('mcm-oidc')).toBeUndefined();
  const me = (await (await ada.api('GET', '/me')).json()) as { actor: { id: string } };
  expect(me).toMatchObject({
    mode: 'oidc',
    actor: { type: 'person', name: 'Ada L.' },
    account: { email: 'ada@example.org', role: 'admin', totp_enabled: false },
  });
  const { items } = (await (await ada.api('GET', '/people')).json()) as { items: { id: string }[] };
  expect(items.find(({ id }) => id === me.actor.id)).toMatchObject({ from_provider: true, state: 'active' });
  expect(await gateway.database.manager.findOneBy(Identity, { subject: 'ada' })).toMatchObject({
    issuer: provider.issuer,
    person_id: me.actor.id,
  });
  const { items: entries } = (await (await ada.api('GET', '/audit')).json()) as {
    items: { action: string }[];
  };
  expect(entries.map(({ action }) => action)).toEqual(['sign_in.succeeded', 'person.joined']);
});

it('knows a person by issuer and subject, never by the address', async () => {
  const local = await storedPerson(gateway, { role: 'admin', email: 'boss@example.org' });
  await provider.behave({
    accounts: { mallory: { email: 'boss@example.org', groups: ['staff'] }, first: { groups: ['staff'] } },
  });
  const mallory = browser();
  await mallory.signIn('mallory');
  const me = (await (await mallory.api('GET', '/me')).json()) as { actor: { id: string } };
  expect(me.actor.id).not.toBe(local.id);
  expect(me).toMatchObject({ account: { role: 'viewer', email: 'boss@example.org' } });
  // Another name and address is the same person.
  await provider.behave({ accounts: { mallory: { name: 'M.', email: 'm@example.org', groups: ['staff'] } } });
  const again = browser();
  await again.signIn('mallory');
  expect(await (await again.api('GET', '/me')).json()).toMatchObject({
    actor: { id: me.actor.id, name: 'M.' },
  });
});

it('adds a person once when two browsers come for the first time together', async () => {
  await provider.behave({ accounts: { twin: { groups: ['staff'] } } });
  const pages = await Promise.all([browser().signIn('twin'), browser().signIn('twin')]);
  expect(pages).toEqual([`${DASHBOARD}/`, `${DASHBOARD}/`]);
  expect(await gateway.database.manager.countBy(Person, { name: 'twin' })).toBe(1);
});

it('asks for the role at each sign-in, and lets a person without one in no more', async () => {
  await provider.behave({ accounts: { carl: { groups: ['security-team'] } } });
  const carl = browser();
  await carl.signIn('carl');
  await provider.behave({ accounts: { carl: { groups: 'staff' } } });
  const later = browser();
  await later.signIn('carl');
  expect(await (await later.api('GET', '/me')).json()).toMatchObject({ permissions: ['read'] });
  expect((await carl.api('GET', '/people')).status).toBe(401);
  await provider.behave({ accounts: { carl: { groups: ['guests', 7, null] } } });
  expect(await browser().signIn('carl')).toBe(failed('AUTH.OIDC_NO_ROLE'));
  expect((await later.api('GET', '/me')).status).toBe(401);
});

it('keeps a disabled person out, and leaves name, role and password to the provider', async () => {
  await provider.behave({ accounts: { root: { groups: ['security-team'] }, dora: { groups: ['staff'] } } });
  const [root, dora] = [browser(), browser()];
  await root.signIn('root');
  await dora.signIn('dora');
  const { actor } = (await (await dora.api('GET', '/me')).json()) as { actor: { id: string } };
  const codes: unknown[] = [];
  for (const [method, path, body] of [
    ['PATCH', `/people/${actor.id}`, { role: 'admin' }],
    ['POST', `/people/${actor.id}/reset-link`, {}],
    ['POST', '/people', { name: 'E', email: 'e@example.org', role: 'viewer' }],
  ] as const) {
    codes.push(((await (await root.api(method, path, body)).json()) as { code: string }).code);
  }
  expect(codes).toEqual(['PEOPLE.FROM_PROVIDER', 'PEOPLE.FROM_PROVIDER', 'AUTH.NOT_LOCAL']);
  expect((await dora.api('POST', '/me/totp', { password: 'x' })).status).toBe(409);
  expect((await root.api('PATCH', `/people/${actor.id}`, { disabled: true })).status).toBe(200);
  expect((await dora.api('GET', '/me')).status).toBe(401);
  expect(await browser().signIn('dora')).toBe(failed('AUTH.OIDC_DISABLED'));
  const { items } = (await (await root.api('GET', '/audit')).json()) as { items: object[] };
  expect(items[0]).toMatchObject({ action: 'sign_in.refused', actor: { type: 'system' } });
});

it('ends the session here and leads on to the one of the provider', async () => {
  await provider.behave({ accounts: { eve: { groups: ['staff'] } } });
  const eve = browser();
  await eve.signIn('eve');
  const cookie = eve.cookie('mcm');
  const { continue_at } = (await (await eve.api('POST', '/auth/sign-out')).json()) as { continue_at: string };
  const url = new URL(continue_at);
  expect(url.origin).toBe(provider.issuer);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    client_id: 'mcm',
    post_logout_redirect_uri: `${DASHBOARD}/`,
    id_token_hint: expect.stringContaining('.'),
  });
  expect(eve.cookie('mcm')).toBeUndefined();
  eve.cookies.set(`${DASHBOARD} mcm`, cookie!);
  expect((await eve.api('GET', '/me')).status).toBe(401);
});

it('ends the session that a browser had when it signs in again', async () => {
  await provider.behave({ accounts: { finn: { groups: ['staff'] } } });
  const finn = browser();
  await finn.signIn('finn');
  const old = finn.cookie('mcm')!;
  await finn.signIn('finn');
  const thief = browser();
  thief.cookies.set(`${DASHBOARD} mcm`, old);
  expect((await thief.api('GET', '/me')).status).toBe(401);
  expect((await finn.api('GET', '/me')).status).toBe(200);
});

it('says so when the person does not want to, or may not', async () => {
  const kim = browser();
  const { searchParams } = new URL(locationOf(await kim.api('GET', '/auth/oidc/start')));
  const query = new URLSearchParams({
    error: 'access_denied',
    state: searchParams.get('state')!,
    iss: provider.issuer,
    error_description: '<script>\r\nset-cookie: a=b',
  });
  const response = await kim.open(`${DASHBOARD}/api/auth/oidc/callback?${query.toString()}`);
  expect(locationOf(response)).toBe(failed('AUTH.OIDC_DENIED'));
});

it('follows new keys of the provider', async () => {
  const accounts = { lea: { groups: ['staff'] } };
  await provider.behave({ accounts });
  expect(await browser().signIn('lea')).toBe(`${DASHBOARD}/`);
  await provider.behave({ accounts, newKeys: true });
  expect(await browser().signIn('lea')).toBe(`${DASHBOARD}/`);
});

it('has no provider in the other modes', async () => {
  const other = await startGateway({ AUTH_MODE: 'local' });
  try {
    for (const path of ['/auth/oidc/start', '/auth/oidc/callback?code=x&state=x']) {
      const response = await other.get(path);
      expect([response.status, await response.json()]).toMatchObject([409, { code: 'AUTH.NO_PROVIDER' }]);
    }
  } finally {
    await other.close();
  }
});
