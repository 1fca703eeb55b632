import { Secret, TOTP } from 'otpauth';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import { PASSWORD, storedPerson, TestBrowser } from '../../test/signed-in.js';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ AUTH_MODE: 'local' });
});
afterAll(() => gateway.close());

const browser = () => new TestBrowser(gateway);
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

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
    expect(await codeOf(await here.post('/me/totp', { password: 'wrong' }))).toBe('AUTH.WRONG_PASSWORD');
    const started = await here.post('/me/totp', { password: PASSWORD });
    const { secret, uri } = (await started.json()) as { secret: string; uri: string };
    expect(uri).toContain('issuer=Mini%20Compliance%20Monitor');
    const totp = new TOTP({ secret: Secret.fromBase32(secret) });
    const codeAt = (steps: number) => totp.generate({ timestamp: Date.now() + steps * 30_000 });
    expect(await codeOf(await here.post('/me/totp/confirm', { code: '000000' }))).toBe('AUTH.WRONG_CODE');
    const confirmed = await here.post('/me/totp/confirm', { code: codeAt(-1) });
    const { recovery_codes } = (await confirmed.json()) as { recovery_codes: string[] };
    expect(new Set(recovery_codes).size).toBe(10);
    expect(await codeOf(await here.post('/me/totp', { password: PASSWORD }))).toBe('AUTH.TOTP_ENROLLED');

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
    const actions = await gateway.database.query<{ action: string }[]>(
      'select action from audit.entries where object_id = $1 order by seq desc limit 2',
      [person.id],
    );
    expect(actions.map(({ action }) => action)).toEqual(['sign_in.succeeded', 'recovery_code.used']);
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
      expect(await codeOf(await new TestBrowser(open).post('/me/totp', { password: PASSWORD }))).toBe(
        'AUTH.NOT_A_PERSON',
      );
      expect(
        await codeOf(
          await new TestBrowser(open).post('/auth/sign-in', { email: 'ada@example.org', password: PASSWORD }),
        ),
      ).toBe('AUTH.NOT_LOCAL');
    } finally {
      await open.close();
    }
  });
});
