import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import { DASHBOARD, PASSWORD, storedPerson, TestBrowser } from '../../test/signed-in.js';

interface Made {
  key: { id: string };
  secret: string;
}
interface Invited {
  person: { id: string };
  link: { url: string };
}

const JSON_TYPE = { 'content-type': 'application/json' };

let gateway: RunningGateway;
let admin: TestBrowser;
let adminEmail: string;
beforeAll(async () => {
  gateway = await startGateway({ AUTH_MODE: 'local' });
  adminEmail = (await storedPerson(gateway, { role: 'admin' })).email;
  admin = await new TestBrowser(gateway).signIn(adminEmail);
});
afterAll(() => gateway.close());
// Tests sign in more often than one address may.
beforeEach(() => gateway.database.query('delete from sign_in_throttle'));

const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;
const tokenOf = ({ cookie }: TestBrowser) => cookie!.slice('mcm='.length);
const withCookie = (cookie: string, path = '/me') => gateway.get(path, { headers: { cookie } });
const makeKey = async (scopes: string[]): Promise<Made> =>
  (await (await admin.post('/keys', { name: 'a program', scopes })).json()) as Made;

describe('sessions', () => {
  it('are not fixed: what a browser held before signing in is worth nothing afterwards', async () => {
    const planted = 'A'.repeat(43);
    const victim = new TestBrowser(gateway);
    victim.cookie = `mcm=${planted}`;
    await victim.signIn(adminEmail);
    expect(tokenOf(victim)).not.toBe(planted);
    expect((await withCookie(`mcm=${planted}`)).status).toBe(401);

    const before = victim.cookie;
    await victim.signIn(adminEmail);
    expect((await withCookie(before)).status).toBe(401);
    expect((await withCookie(victim.cookie!)).status).toBe(200);
  });

  it('end with their row, by age, by idleness and by signing out, and cannot be had back', async () => {
    const { id, email } = await storedPerson(gateway, { role: 'viewer' });
    for (const ended of [
      "expires_at = now() - interval '1 second'",
      "last_seen_at = now() - interval '9 hours'",
    ]) {
      const browser = await new TestBrowser(gateway).signIn(email);
      await gateway.database.query(`update sessions set ${ended} where person_id = $1`, [id]);
      expect((await browser.get('/me')).status).toBe(401);
    }
    const browser = await new TestBrowser(gateway).signIn(email);
    const stolen = browser.cookie!;
    await browser.post('/auth/sign-out');
    expect((await withCookie(stolen)).status).toBe(401);
  });

  it('of others are neither listed nor ended', async () => {
    const other = await new TestBrowser(gateway).signIn(
      (await storedPerson(gateway, { role: 'admin' })).email,
    );
    const { items } = (await (await admin.get('/sessions')).json()) as { items: { id: string }[] };
    expect((await other.ask('DELETE', `/sessions/${items[0]!.id}`)).status).toBe(404);
    expect((await admin.get('/me')).status).toBe(200);
  });
});

describe('one credential for another', () => {
  it('is refused: key, id of a key, session, link, each in the place of the other', async () => {
    const { key, secret } = await makeKey(['admin']);
    const { link } = (await (
      await admin.post('/people', { name: 'Bo', email: 'bo@example.org', role: 'viewer' })
    ).json()) as Invited;
    const linkToken = link.url.split('#')[1]!;
    const cookies = [secret, key.id, linkToken].map((value) => withCookie(`mcm=${value}`));
    const bearers = [
      tokenOf(admin),
      key.id,
      `mcm_${key.id}`,
      `mcm_${key.id}_`,
      linkToken,
      `mcm_${linkToken}`,
    ].map((value) => gateway.get('/me', { headers: { authorization: `Bearer ${value}` } }));
    const others = ['Basic', 'Token', ''].map((scheme) =>
      gateway.get('/me', { headers: { authorization: `${scheme} ${secret}` } }),
    );
    const queries = ['token', 'key', 'access_token'].map((name) => gateway.get(`/me?${name}=${secret}`));
    const answers = await Promise.all([...cookies, ...bearers, ...others, ...queries]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));

    const use = (token: string) =>
      new TestBrowser(gateway).post('/auth/links/use', { token, password: PASSWORD });
    for (const token of [tokenOf(admin), secret, key.id]) expect((await use(token)).status).toBe(404);
    expect(await codeOf(await admin.post('/auth/totp', { code: '123456' }))).toBe('AUTH.REQUIRED');
  });

  it('is no way around the authenticator', async () => {
    const { email } = await storedPerson(gateway, {
      role: 'admin',
      totp_secret: 'US3WHSG7X5KAPV27VANWKQHF3SH3HULL',
      totp_enrolled_at: new Date(),
    });
    const browser = await new TestBrowser(gateway).signIn(email);
    for (const path of ['/me', '/people', '/stream', '/docs', '/openapi.json', '/sessions']) {
      expect([path, (await browser.get(path)).status]).toEqual([path, 401]);
    }
    for (const [method, path] of [
      ['POST', '/me/totp'],
      ['POST', '/keys'],
      ['POST', '/auth/sign-out-everywhere'],
    ] as const) {
      expect([path, (await browser.ask(method, path, {})).status]).toEqual([path, 401]);
    }
  });
});

describe('fields that are not for the caller', () => {
  it.each([
    ['PATCH', 'id'],
    ['PATCH', 'email'],
    ['PATCH', 'password_hash'],
    ['PATCH', 'totp_enrolled_at'],
    ['PATCH', 'constructor'],
    ['PATCH', '__proto__'],
  ])('%s of a person refuses %s', async (method, field) => {
    const { id } = await storedPerson(gateway, { role: 'viewer' });
    const body = `{"role":"viewer","${field}":"x"}`;
    const response = await fetch(`${gateway.url}/people/${id}`, {
      method,
      headers: { ...JSON_TYPE, origin: DASHBOARD, cookie: admin.cookie! },
      body,
    });
    expect([response.status, await response.json()]).toMatchObject([400, { errors: [{ pointer: field }] }]);
  });

  it('are refused where people act for themselves', async () => {
    const { email } = await storedPerson(gateway, { role: 'viewer' });
    const viewer = await new TestBrowser(gateway).signIn(email);
    const password = { current_password: PASSWORD, password: 'another long password' };
    const attempts: [string, object][] = [
      ['/me/password', { ...password, role: 'admin' }],
      ['/me/totp/remove', { password: PASSWORD, id: 'x' }],
      ['/auth/links/use', { token: 'x', password: PASSWORD, role: 'admin' }],
      ['/auth/sign-in', { email, password: PASSWORD, role: 'admin' }],
      ['/auth/sign-in', { email: { $ne: null }, password: PASSWORD }],
      ['/auth/sign-in', { email: [email], password: [PASSWORD] }],
    ];
    for (const [path, body] of attempts)
      expect([path, (await viewer.post(path, body)).status]).toEqual([path, 400]);
    for (const [method, path] of [
      ['POST', '/people'],
      ['POST', '/keys'],
      ['GET', '/people'],
      ['GET', '/audit'],
      ['GET', '/audit/export'],
    ] as const)
      expect([path, (await viewer.ask(method, path, method === 'GET' ? undefined : {})).status]).toEqual([
        path,
        403,
      ]);
    expect(await (await viewer.get('/me')).json()).toMatchObject({ permissions: ['read'] });
  });

  it.each([
    '\r\nSet-Cookie: mcm=x',
    'Ada\u202emda',
    'Ada\u2028',
    '\u200b\u200b',
    '   ',
    'Ada\u0007',
    'x'.repeat(201),
  ])('keep a person or key from having the name %j', async (name) => {
    const answers = await Promise.all([
      admin.post('/people', { name, email: 'named@example.org', role: 'viewer' }),
      admin.post('/keys', { name, scopes: ['read'] }),
      new TestBrowser(gateway).post('/auth/links/use', { token: 'x', password: PASSWORD, name }),
    ]);
    expect(await Promise.all(answers.map((each) => each.json()))).toMatchObject(
      answers.map(() => ({ status: 400, errors: [{ pointer: 'name' }] })),
    );
  });

  it('do not keep people from names of their own script', async () => {
    for (const [at, name] of ['Zoë Ångström', '山田 太郎', 'می\u200cخواهم', "O'Brien-Łukasz"].entries()) {
      const answer = await admin.post('/people', { name, email: `own-${at}@example.org`, role: 'viewer' });
      expect([name, answer.status]).toEqual([name, 201]);
    }
  });
});
