import type { components } from '../src/lib/api/schema';
import { fixtureProblem } from './fixture-problem.ts';
import { FixtureAudit } from './fixture-audit.ts';
import { FixtureSettings } from './fixture-settings.ts';

type Schemas = components['schemas'];

/**
 * Who calls the fixture API: the operator of an installation in open mode, a person with a role, one who has not signed
 * in, or one who comes before there is an admin.
 */
export type FixtureCaller = 'operator' | Schemas['Role'] | 'stranger' | 'first';

/** What the fixture API answers; without a body it is nothing. */
export interface FixtureAnswer {
  status: number;
  body?: unknown;
}

const EVERYTHING = ['events:write', 'read', 'triage', 'rules:write', 'settings', 'admin'] as const;
const MAY: Record<Schemas['Role'], readonly Schemas['Permission'][]> = {
  viewer: ['read'],
  analyst: ['read', 'triage'],
  admin: EVERYTHING,
};
/** The password of each person. */
export const FIXTURE_PASSWORD = 'correct horse battery staple';
/** The code that each authenticator shows; its people have role admin. */
export const FIXTURE_CODE = '123456';
const RECOVERY_CODE = 'aaaa-bbbb-cccc-dddd';
const UUID = '0190f3c8-7c1e-7000-8000-00000000000';

/** Who is signed in to the fixture API, and how to sign in there. */
export class FixtureAccess {
  readonly settings = new FixtureSettings();
  readonly audit = new FixtureAudit();
  private caller: FixtureCaller = 'operator';
  private pending: Schemas['Role'] | undefined;
  private totp = false;

  /** The next requests come from this one. */
  be(caller: FixtureCaller): void {
    this.caller = caller;
    this.totp = caller === 'admin';
    this.settings.clear();
    this.audit.clear();
  }

  /** Whether callers are answered at all. */
  get signedIn(): boolean {
    return this.role !== undefined || this.caller === 'operator';
  }

  /** Answers what is about access; undefined when it is not, or does not exist. */
  handle(method: string, path: string, body: unknown): FixtureAnswer | undefined {
    const sent = (body ?? {}) as Record<string, string | undefined>;
    switch (`${method} ${path}`) {
      case 'GET /auth':
        return ok({
          mode: this.mode,
          setup_required: this.caller === 'first',
          local: this.mode === 'local',
          oidc: null,
        } satisfies Schemas['Auth']);
      case 'GET /me':
        return this.signedIn ? ok(this.me()) : unknownCaller();
      case 'POST /auth/sign-in':
        return this.signIn(sent['email'] ?? '', sent['password']);
      case 'POST /auth/totp':
        return this.enterCode(sent['code'] ?? sent['recovery_code']);
      case 'POST /auth/links/check':
        return checkLink(sent['token']);
      case 'POST /auth/links/use':
        return this.useLink(sent['password'] ?? '');
      case 'POST /auth/sign-out':
        this.caller = 'stranger';
        return ok({ continue_at: null } satisfies Schemas['SignedOut']);
      case 'POST /auth/sign-out-everywhere':
        this.caller = 'stranger';
        return { status: 204 };
    }
    return this.signedIn ? this.handleSignedIn(method, path, body, sent) : unknownCaller();
  }

  private handleSignedIn(
    method: string,
    path: string,
    body: unknown,
    sent: Record<string, string | undefined>,
  ): FixtureAnswer | undefined {
    switch (`${method} ${path}`) {
      case 'GET /sessions':
        return ok({ items: this.role ? [session('1', true), session('2', false)] : [] });
      case `DELETE /sessions/${UUID}2`:
        return { status: 204 };
      case 'POST /me/password':
        if (sent['current_password'] !== FIXTURE_PASSWORD) return wrongPassword();
        return weakness(sent['password'] ?? '') ?? { status: 204 };
      case 'POST /me/totp':
        if (sent['password'] !== FIXTURE_PASSWORD) return wrongPassword();
        return ok({
          secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
          uri: OTPAUTH,
        } satisfies Schemas['TotpEnrolment']);
      case 'POST /me/totp/confirm':
        if (sent['code'] !== FIXTURE_CODE)
          return refused(400, 'AUTH.WRONG_CODE', 'The code is wrong.', 'code');
        this.totp = true;
        return ok({ recovery_codes: RECOVERY_CODES } satisfies Schemas['RecoveryCodes']);
      case 'POST /me/totp/remove':
        if (sent['password'] !== FIXTURE_PASSWORD) return wrongPassword();
        this.totp = false;
        return { status: 204 };
    }
    return this.settings.handle(method, path.split('/').slice(1), body);
  }

  private signIn(email: string, password: string | undefined): FixtureAnswer {
    const role = (['viewer', 'analyst', 'admin'] as const).find((each) => email.startsWith(each));
    if (role === undefined || password !== FIXTURE_PASSWORD) {
      return refused(401, 'AUTH.WRONG_PASSWORD', 'The address or the password is wrong.');
    }
    if (role === 'admin') {
      this.pending = role;
      return ok({ totp_required: true } satisfies Schemas['SignedIn']);
    }
    this.caller = role;
    return ok({ totp_required: false } satisfies Schemas['SignedIn']);
  }

  private enterCode(code: string | undefined): FixtureAnswer {
    if (this.pending === undefined) return refused(401, 'AUTH.REQUIRED', 'Enter your password first.');
    if (code !== FIXTURE_CODE && code !== RECOVERY_CODE) {
      return refused(401, 'AUTH.WRONG_CODE', 'The code is wrong, or was used before.');
    }
    this.be(this.pending);
    this.pending = undefined;
    return ok({ totp_required: false } satisfies Schemas['SignedIn']);
  }

  private useLink(password: string): FixtureAnswer {
    const weak = weakness(password);
    if (weak) return weak;
    this.be('viewer');
    return ok({ totp_required: false } satisfies Schemas['SignedIn']);
  }

  private me(): Schemas['Me'] {
    const { mode, role } = this;
    if (role === undefined) {
      const actor: Schemas['Actor'] = { type: 'operator', id: 'local', name: 'Local operator' };
      return { mode, actor, permissions: [...EVERYTHING], account: null, session: null };
    }
    const { id, name, email } = this.settings.person(role);
    return {
      mode,
      actor: { type: 'person', id, name },
      permissions: [...MAY[role]],
      account: {
        email,
        from_provider: false,
        role,
        totp_enabled: this.totp,
        recovery_codes_left: this.totp ? 2 : 0,
      },
      session: session('1', true),
    };
  }

  private get role(): Schemas['Role'] | undefined {
    return this.caller === 'viewer' || this.caller === 'analyst' || this.caller === 'admin'
      ? this.caller
      : undefined;
  }

  private get mode(): Schemas['AuthMode'] {
    return this.caller === 'operator' ? 'open' : 'local';
  }
}

const OTPAUTH =
  'otpauth://totp/Mini%20Compliance%20Monitor:vera@example.org?issuer=Mini%20Compliance%20Monitor&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const RECOVERY_CODES = Array.from({ length: 10 }, (_, n) => RECOVERY_CODE.replaceAll('a', String(n)));

function ok(body: unknown): FixtureAnswer {
  return { status: 200, body };
}

/** A refusal; with a field, the one that is to blame. */
function refused(
  status: Parameters<typeof fixtureProblem>[0],
  code: string,
  detail: string,
  field?: string,
): FixtureAnswer {
  const errors = field === undefined ? {} : { errors: [{ pointer: field, detail }] };
  return { status, body: { ...fixtureProblem(status, code, detail), ...errors } };
}

function unknownCaller(): FixtureAnswer {
  return refused(401, 'AUTH.REQUIRED', 'Sign in, or send an API key.');
}

function wrongPassword(): FixtureAnswer {
  return refused(403, 'AUTH.WRONG_PASSWORD', 'The password is wrong.');
}

function weakness(password: string): FixtureAnswer | undefined {
  if (!password.startsWith('password')) return undefined;
  const detail = 'The password is a common password, or one with digits added';
  return refused(400, 'AUTH.WEAK_PASSWORD', detail, 'password');
}

function checkLink(token: string | undefined): FixtureAnswer {
  const kind = (['setup', 'invite', 'reset'] as const).find((each) => each === token);
  if (kind === undefined) {
    return refused(404, 'AUTH.LINK_INVALID', 'The link is unknown, was used, or has expired.');
  }
  const known =
    kind === 'setup' ? { name: null, email: null } : { name: 'Vera Viewer', email: 'viewer@example.org' };
  const expires_at = new Date(Date.now() + 86_400_000).toISOString();
  return ok({ kind, ...known, expires_at } satisfies Schemas['OneTimeLink']);
}

function session(id: '1' | '2', current: boolean): Schemas['Session'] {
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  return {
    id: UUID + id,
    current,
    address: current ? '192.0.2.7' : '2001:db8::17',
    user_agent: current
      ? 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
      : 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
    created_at: ago(current ? 90 : 1500),
    last_seen_at: ago(current ? 0 : 200),
    expires_at: ago(-8000),
  };
}
