import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What an {@link OpenIdServer} does from now on. */
export interface OpenIdBehaviour {
  /** Claims by account, beside `sub` and `name`, which are the account. */
  accounts?: Record<string, Record<string, unknown>>;
  /** Makes ID tokens wrong: with other claims (null leaves one out), by another key, or without a signature. */
  misdeed?: { claims?: Record<string, unknown>; sign?: 'right' | 'other' | 'none' };
  /** Forgets its keys and everything that it has given out, and goes on with new keys. */
  newKeys?: boolean;
}

const PROVIDER = fileURLToPath(new URL('../processes/openid-provider.mjs', import.meta.url));

/** A real OpenID provider in a process of its own. Its client is `mcm` with the secret {@link OPENID_SECRET}. */
export class OpenIdServer {
  private constructor(
    readonly issuer: string,
    private readonly child: ChildProcess,
  ) {}

  /** @param origins of dashboards that may sign in */
  static async start({ origins }: { origins: readonly string[] }): Promise<OpenIdServer> {
    const child = spawn(process.execPath, [PROVIDER], {
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        OIDC_REDIRECT_ORIGINS: origins.join(','),
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const issuer = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).on('line', (line) => line.startsWith('http') && resolve(line));
      child.once('exit', () => reject(new Error(`The OpenID provider did not start: ${said}`)));
    });
    return new OpenIdServer(issuer, child);
  }

  /** Tells it what to do from now on; a misdeed that is not told again ends. */
  async behave(behaviour: OpenIdBehaviour): Promise<void> {
    const { ok } = await fetch(`${this.issuer}/test`, { method: 'POST', body: JSON.stringify(behaviour) });
    if (!ok) throw new Error('The OpenID provider did not understand.');
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.stdin?.end();
    await exit;
  }
}

/** The secret of the client `mcm`. */
export const OPENID_SECRET = 'the-secret-of-the-client';
