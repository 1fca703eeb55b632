import { OneTimeLink, Person, Session } from '@mcm/persistence';
import { Secret, TOTP } from 'otpauth';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import { DASHBOARD, PASSWORD, storedPerson, TestBrowser } from '../../test/signed-in.js';

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
    const tries = { known: bad.email, unknown: 'nobody@example.org', disabled: disabled.email };
    const times: Record<string, number[]> = { known: [], unknown: [], disabled: [] };
    const texts = new Set<string>();
    for (let round = 0; round < 4; round += 1) {
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
    const fastest = (name: string) => Math.min(...times[name]!);
    // A hash takes tens of milliseconds, everything else a few: without one the shortest time would be a fraction.
    expect(fastest('unknown')).toBeGreaterThan(fastest('known') / 2);
    expect(fastest('known')).toBeGreaterThan(fastest('unknown') / 2);
  });

  it('makes whoever guesses wait, for names that exist and names that do not', async () => {
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

describe('a session', () => {
  it('cannot be fixed beforehand: signing in gives another token, and the old one is worth nothing', async () => {
    const victim = await browser().signIn(bad.email);
    const before = victim.cookie!;
    await victim.signIn(bad.email);
    expect(victim.cookie).not.toBe(before);
    expect((await gateway.get('/me', { headers: { cookie: before } })).status).toBe(401);
    const chosen = new TestBrowser(gateway);
    chosen.cookie = `mcm=${'A'.repeat(43)}`;
    await chosen.signIn(bad.email);
    expect(chosen.cookie).not.toContain('AAAA');
  });

  it('ends by itself, by hand, and everywhere', async () => {
    const person = await storedPerson(gateway, { role: 'analyst' });
    const [one, two, three] = await Promise.all([1, 2, 3].map(() => browser().signIn(person.email)));
    const list = (await (await one!.get('/sessions')).json()) as {
      items: { id: string; current: boolean }[];
    };
    expect(list.items.map(({ current }) => current).sort()).toEqual([false, false, true]);

    const other = list.items.find(({ current }) => !current)!;
    expect((await one!.ask('DELETE', `/sessions/${other.id}`)).status).toBe(204);
    expect((await one!.ask('DELETE', `/sessions/${other.id}`)).status).toBe(404);
    const alive = await Promise.all([two!, three!].map(async (each) => (await each.get('/me')).status));
    expect(alive.sort()).toEqual([200, 401]);

    expect(await (await one!.post('/auth/sign-out')).json()).toEqual({ continue_at: null });
    expect(one!.cookie).toBeNull();
    const again = await browser().signIn(person.email);
    const idle = await browser().signIn(person.email);
    await gateway.database.query(
      `update sessions set last_seen_at = now() - interval '9 hours' where id = (select id from sessions where person_id = $1 order by created_at desc limit 1)`,
      [person.id],
    );
    expect((await idle.get('/me')).status).toBe(401);
    expect((await again.post('/auth/sign-out-everywhere')).status).toBe(204);
    expect(await gateway.database.manager.countBy(Session, { person_id: person.id })).toBe(0);
  });

  it('of others cannot be ended', async () => {
    const admin = await browser().signIn(bad.email);
    const person = await storedPerson(gateway, { role: 'viewer' });
    await browser().signIn(person.email);
    const { id } = await gateway.database.manager.findOneByOrFail(Session, { person_id: person.id });
    expect((await admin.ask('DELETE', `/sessions/${id}`)).status).toBe(404);
  });

  it('changes nothing for another page, whatever the content type', async () => {
    const { cookie } = await browser().signIn(bad.email);
    for (const type of [
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
    ]) {
      for (const origin of [undefined, 'https://evil.example']) {
        const response = await gateway.post('/keys', {
          headers: { cookie: cookie!, 'content-type': type, ...(origin === undefined ? {} : { origin }) },
          body: JSON.stringify({ name: 'stolen', scopes: ['admin'] }),
        });
        expect([type, origin, response.status]).toEqual([type, origin, 403]);
      }
    }
    // Same site, another port: the browser says so.
    const sameSite = await gateway.post('/auth/sign-out-everywhere', {
      headers: { cookie: cookie!, origin: DASHBOARD, 'sec-fetch-site': 'same-site' },
    });
    expect([200, 403]).toContain(sameSite.status);
  });
});

describe('the own account', () => {
  it('changes its password with the present one, ends other sessions and keeps this one', async () => {
    const person = await storedPerson(gateway, { role: 'viewer' });
    const [here, there] = await Promise.all([browser().signIn(person.email), browser().signIn(person.email)]);
    const before = here.cookie;
    const change = (current_password: string, password: string) =>
      here.post('/me/password', { current_password, password });
    expect(await codeOf(await change('wrong password', 'another good password'))).toBe('AUTH.WRONG_PASSWORD');
    expect(await codeOf(await change(PASSWORD, 'qwerty123456'))).toBe('AUTH.WEAK_PASSWORD');
    expect((await change(PASSWORD, 'another good password')).status).toBe(204);
    expect(here.cookie).not.toBe(before);
    expect((await here.get('/me')).status).toBe(200);
    expect((await there.get('/me')).status).toBe(401);
    expect((await gateway.get('/me', { headers: { cookie: before! } })).status).toBe(401);
  });

  it('enrols an authenticator, signs in with each code once, and with each recovery code once', async () => {
    const person = await storedPerson(gateway, { role: 'analyst' });
    const here = await browser().signIn(person.email);
    const { secret, uri } = (await (await here.post('/me/totp')).json()) as { secret: string; uri: string };
    expect(uri).toContain('issuer=Mini%20Compliance%20Monitor');
    const totp = new TOTP({ secret: Secret.fromBase32(secret) });
    const codeAt = (steps: number) => totp.generate({ timestamp: Date.now() + steps * 30_000 });
    expect(await codeOf(await here.post('/me/totp/confirm', { code: '000000' }))).toBe('AUTH.WRONG_CODE');
    const confirmed = await here.post('/me/totp/confirm', { code: codeAt(-1) });
    const { recovery_codes } = (await confirmed.json()) as { recovery_codes: string[] };
    expect(new Set(recovery_codes).size).toBe(10);
    expect(await codeOf(await here.post('/me/totp'))).toBe('AUTH.TOTP_ENROLLED');

    const enter = async (body: object) => {
      const each = browser();
      const first = await each.post('/auth/sign-in', { email: person.email, password: PASSWORD });
      expect(await first.json()).toEqual({ totp_required: true });
      const waiting = each.cookie;
      expect((await each.get('/me')).status).toBe(401);
      const second = await each.post('/auth/totp', body);
      if (second.status === 200) expect(each.cookie).not.toBe(waiting);
      return second.status;
    };
    const code = codeAt(0);
    expect((await Promise.all([enter({ code }), enter({ code })])).sort()).toEqual([200, 401]);
    expect(await enter({ recovery_code: recovery_codes[0]!.toUpperCase().replaceAll('-', ' ') })).toBe(200);
    expect(await enter({ recovery_code: recovery_codes[0] })).toBe(401);
    expect(await (await browser().post('/auth/totp', { code: codeAt(1) })).json()).toMatchObject({
      code: 'AUTH.REQUIRED',
    });

    const owner = browser();
    await owner.post('/auth/sign-in', { email: person.email, password: PASSWORD });
    await owner.post('/auth/totp', { code: codeAt(1) });
    expect(await codeOf(await owner.post('/me/totp/remove', { password: 'wrong' }))).toBe(
      'AUTH.WRONG_PASSWORD',
    );
    expect((await owner.post('/me/totp/remove', { password: PASSWORD })).status).toBe(204);
    expect(await (await owner.get('/me')).json()).toMatchObject({
      account: { totp_enabled: false, recovery_codes_left: 0 },
    });
  });

  it('belongs to people alone', async () => {
    const open = await startGateway();
    try {
      expect(await codeOf(await open.post('/me/totp'))).toBe('AUTH.NOT_A_PERSON');
      expect(await codeOf(await new TestBrowser(open).post('/auth/sign-in', bad))).toBe('AUTH.NOT_LOCAL');
    } finally {
      await open.close();
    }
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

it('names its cookie for https where PUBLIC_URL says so', async () => {
  const secure = await startGateway({ AUTH_MODE: 'local', PUBLIC_URL: 'https://monitor.example.org' });
  try {
    const { email } = await storedPerson(secure, { role: 'admin' });
    const at = new TestBrowser(secure, 'https://monitor.example.org');
    const response = await at.post('/auth/sign-in', { email, password: PASSWORD });
    expect(response.headers.getSetCookie()[0]).toMatch(
      /^__Host-mcm=.*; Path=\/; .*HttpOnly; Secure; SameSite=Strict$/,
    );
    expect((await at.get('/me')).status).toBe(200);
    expect((await new TestBrowser(secure).post('/auth/sign-in', { email, password: PASSWORD })).status).toBe(
      403,
    );
  } finally {
    await secure.close();
  }
});
