import { OneTimeLink, Person, Session } from '@mcm/persistence';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import { PASSWORD, storedPerson, TestBrowser } from '../../test/signed-in.js';

let gateway: RunningGateway;
let setUpLink: string;
beforeAll(async () => {
  const written: string[] = [];
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = ((text: string | Uint8Array) => written.push(String(text)) > 0) as typeof write;
  try {
    gateway = await startGateway({ AUTH_MODE: 'local' });
  } finally {
    process.stdout.write = write;
  }
  setUpLink = /http:\S+/.exec(written.join(''))?.[0] ?? '';
});
afterAll(() => gateway.close());

const browser = () => new TestBrowser(gateway);
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;
const tokenIn = (link: string) => link.split('#')[1]!;
const bad = { email: 'ada@example.org', password: 'not the password' };

describe('the first start', () => {
  it('prints a link that works once, also for ten requests together', async () => {
    expect(setUpLink).toMatch(/^http:\/\/localhost:8080\/welcome#[\w-]{43}$/);
    expect(await (await gateway.get('/auth')).json()).toEqual({
      mode: 'local',
      setup_required: true,
      local: true,
      oidc: null,
    });
    const token = tokenIn(setUpLink);
    expect(await (await browser().post('/auth/links/check', { token })).json()).toMatchObject({
      kind: 'setup',
    });

    const missing = await browser().post('/auth/links/use', { token, password: PASSWORD });
    expect([missing.status, await missing.json()]).toMatchObject([
      400,
      { errors: [{ pointer: 'name' }, { pointer: 'email' }] },
    ]);
    const weak = await browser().post('/auth/links/use', {
      token,
      password: 'Password12345',
      name: 'Ada',
      email: bad.email,
    });
    expect(await codeOf(weak)).toBe('AUTH.WEAK_PASSWORD');

    const browsers = Array.from({ length: 10 }, browser);
    const answers = await Promise.all(
      browsers.map((each) =>
        each.post('/auth/links/use', { token, password: PASSWORD, name: 'Ada', email: 'Ada@Example.org' }),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array.from({ length: 9 }, () => 404)]);
    expect(await gateway.database.manager.count(Person)).toBe(1);
    const winner = browsers[answers.findIndex(({ status }) => status === 200)]!;
    expect(await (await winner.get('/me')).json()).toMatchObject({
      actor: { type: 'person', name: 'Ada' },
      account: { email: 'Ada@Example.org', role: 'admin', totp_enabled: false },
      session: { current: true },
    });
    expect(await (await gateway.get('/auth')).json()).toMatchObject({ setup_required: false });
  });
});

describe('signing in', () => {
  it('takes the address in any case, and gives a cookie that scripts cannot read', async () => {
    const response = await browser().post('/auth/sign-in', { email: ' ADA@example.org', password: PASSWORD });
    expect(await response.json()).toEqual({ totp_required: false });
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^mcm=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/),
    ]);
  });

  it('says the same for an unknown name, a wrong password and a disabled person, after as much work', async () => {
    const disabled = await storedPerson(gateway, { role: 'viewer', disabled_at: new Date() });
    const tries = { known: bad.email, unknown: 'unknown@example.org', disabled: disabled.email };
    const times: Record<string, number[]> = { known: [], unknown: [], disabled: [] };
    const texts = new Set<string>();
    const fastest = (name: string) => Math.min(...times[name]!);
    // A hash takes tens of milliseconds, everything else a few: without one the shortest time would be a fraction.
    const areAlike = () =>
      fastest('unknown') > fastest('known') / 2 && fastest('known') > fastest('unknown') / 2;
    // A busy machine needs more rounds until each was served without a wait.
    for (let round = 0; round < 4 || (round < 20 && !areAlike()); round += 1) {
      await gateway.database.query('delete from sign_in_throttle');
      for (const [name, email] of Object.entries(tries)) {
        const begun = performance.now();
        const password = name === 'disabled' ? PASSWORD : bad.password;
        const response = await browser().post('/auth/sign-in', { email, password });
        times[name]!.push(performance.now() - begun);
        const { request_id: _, ...problem } = (await response.json()) as { request_id: string };
        texts.add(JSON.stringify(problem));
      }
    }
    expect(texts.size).toBe(1);
    expect([...texts][0]).toContain('AUTH.WRONG_PASSWORD');
    expect([times, areAlike()]).toEqual([times, true]);
  });

  it('makes an attacker wait who guesses, for names that exist and names that do not', async () => {
    const answers: Record<string, number[]> = {};
    await storedPerson(gateway, { role: 'viewer', email: 'guessed@example.org' });
    await gateway.database.query('delete from sign_in_throttle');
    for (const email of ['guessed@example.org', 'made-up@example.org']) {
      answers[email] = [];
      for (let guess = 0; guess < 7; guess += 1) {
        const response = await browser().post('/auth/sign-in', { email, password: bad.password });
        answers[email].push(response.status);
        if (response.status === 429) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
        await response.body?.cancel();
      }
    }
    expect(answers).toEqual({
      'guessed@example.org': [401, 401, 401, 401, 401, 429, 429],
      'made-up@example.org': [401, 401, 401, 401, 401, 429, 429],
    });
    await gateway.database.query('delete from sign_in_throttle');
  });

  it('lets 30 people behind one address sign in on one day', async () => {
    await gateway.database.query('delete from sign_in_throttle');
    const statuses: number[] = [];
    for (let number = 1; number <= 30; number += 1) {
      const { email } = await storedPerson(gateway, { role: 'viewer' });
      statuses.push((await browser().post('/auth/sign-in', { email, password: PASSWORD })).status);
    }
    expect(statuses).toEqual(Array.from({ length: 30 }, () => 200));
  });

  it('keeps count of the guesses from an address, whichever account signs in there between them', async () => {
    await gateway.database.query('delete from sign_in_throttle');
    for (let guess = 1; guess <= 4; guess += 1) {
      await browser().post('/auth/sign-in', { email: `victim-${guess}@example.org`, password: PASSWORD });
      await browser().signIn(bad.email);
    }
    const [address] = await gateway.database.query<{ tries: number }[]>(
      "select tries from sign_in_throttle where bucket like 'address:%'",
    );
    expect(address!.tries).toBe(4);
    await gateway.database.query('delete from sign_in_throttle');
  });

  it('counts guesses that come together', async () => {
    await gateway.database.query('delete from sign_in_throttle');
    const answers = await Promise.all(Array.from({ length: 15 }, () => browser().post('/auth/sign-in', bad)));
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5);
    await gateway.database.query('delete from sign_in_throttle');
  });

  it.each([undefined, 'https://evil.example', 'null', 'http://localhost:9999'])(
    'takes nothing from a page of the origin %s',
    async (origin) => {
      const headers = { 'content-type': 'application/json', ...(origin === undefined ? {} : { origin }) };
      const response = await gateway.post('/auth/sign-in', { headers, body: JSON.stringify(bad) });
      expect([response.status, response.headers.getSetCookie()]).toEqual([403, []]);
    },
  );

  it('refuses what is too long before it is hashed, and fields that it does not know', async () => {
    const long = await browser().post('/auth/sign-in', { email: bad.email, password: 'x'.repeat(201) });
    expect(await long.json()).toMatchObject({ status: 400, errors: [{ pointer: 'password' }] });
    const more = await browser().post('/auth/sign-in', { ...bad, role: 'admin' });
    expect(await more.json()).toMatchObject({ status: 400, errors: [{ pointer: 'role' }] });
    const nul = await browser().post('/auth/sign-in', { email: 'a\u0000@b', password: 'x' });
    expect(nul.status).toBe(400);
  });
});

it('stores no token, link, password or code as it is', async () => {
  const { cookie } = await browser().signIn(bad.email);
  const rows = JSON.stringify([
    await gateway.database.manager.find(Session),
    await gateway.database.manager.find(OneTimeLink),
    await gateway.database.manager.find(Person),
  ]);
  for (const secret of [cookie!.split('=')[1]!, tokenIn(setUpLink), PASSWORD])
    expect(rows).not.toContain(secret);
});

it('names its cookie for https, and has browsers ask by https alone, where PUBLIC_URL says so', async () => {
  const secure = await startGateway({ AUTH_MODE: 'local', PUBLIC_URL: 'https://monitor.example.org' });
  try {
    const { email } = await storedPerson(secure, { role: 'admin' });
    const at = new TestBrowser(secure, 'https://monitor.example.org');
    const response = await at.post('/auth/sign-in', { email, password: PASSWORD });
    expect(response.headers.getSetCookie()[0]).toMatch(
      /^__Host-mcm=.*; Path=\/; .*HttpOnly; Secure; SameSite=Strict$/,
    );
    const me = await at.get('/me');
    expect([me.status, me.headers.get('strict-transport-security')]).toEqual([
      200,
      'max-age=31536000; includeSubDomains',
    ]);
    expect((await new TestBrowser(secure).post('/auth/sign-in', { email, password: PASSWORD })).status).toBe(
      403,
    );
  } finally {
    await secure.close();
  }
});
