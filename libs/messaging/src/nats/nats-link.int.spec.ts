import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { encodeAccount, encodeOperator, encodeUser, fmtCreds } from '@nats-io/jwt';
import { nkeys } from '@nats-io/transport-node';
import {
  createTestCertificate,
  describeWith,
  eventually,
  startOwnNats,
  type OwnTestServer,
} from '@mcm/testing';
import { NatsLink } from './nats-link.js';
import type { NatsSettings } from './nats-settings.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describeWith({ nats: 'own' }, 'NatsLink', () => {
  const warnings: string[] = [];
  const log = {
    warn: (_: object, message: string) => warnings.push(message),
    error: (_: object, message: string) => warnings.push(message),
  };
  const servers: OwnTestServer[] = [];
  const links: NatsLink[] = [];
  let folder: string;
  const start = async (...settings: Parameters<typeof startOwnNats>) => {
    const server = await startOwnNats(...settings);
    servers.push(server);
    return server;
  };
  const connect = async (settings: NatsSettings) => {
    const link = await NatsLink.connect(settings, log);
    links.push(link);
    return link;
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nats-link-'));
  });
  afterEach(async () => {
    await Promise.all(links.splice(0).map((link) => link.close()));
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    warnings.length = 0;
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** What is connected with these settings works, and without them is refused with a sentence. */
  async function expectAdmission(url: string, admitted: Partial<NatsSettings>): Promise<void> {
    const link = await connect({ servers: [url], ...admitted });
    await link.connection.flush();
    await expect(connect({ servers: [url] })).rejects.toMatchObject({
      code: expect.stringMatching(/^NATS\.(REFUSED|UNREACHABLE)$/) as string,
      message: expect.stringContaining(url) as string,
    });
  }

  it('shows a user and a password', async () => {
    const { url } = await start({
      configuration: () => 'authorization { user: "mcm", password: "secret word" }\n',
    });
    await expectAdmission(url, { user: 'mcm', password: 'secret word' });
    await expect(connect({ servers: [url], user: 'mcm', password: 'wrong' })).rejects.toMatchObject({
      kind: 'invalid',
      code: 'NATS.REFUSED',
      message: expect.stringMatching(/Authorization Violation/i) as string,
    });
  });

  it('shows a token', async () => {
    const { url } = await start({ configuration: () => 'authorization { token: "a token" }\n' });
    await expectAdmission(url, { token: 'a token' });
  });

  it('shows credentials from a file', async () => {
    const operator = nkeys.createOperator();
    const [system, account] = [nkeys.createAccount(), nkeys.createAccount()];
    const user = nkeys.createUser();
    const [systemToken, accountToken] = await Promise.all(
      [system, account].map((each, index) =>
        encodeAccount(`A${index}`, each, { limits: { conn: -1, subs: -1 } }, { signer: operator }),
      ),
    );
    const { url } = await start({
      configuration: (place) =>
        `operator: "${place}/operator.jwt"\nsystem_account: ${system.getPublicKey()}\nresolver: MEMORY\n` +
        `resolver_preload { ${system.getPublicKey()}: "${systemToken}", ${account.getPublicKey()}: "${accountToken}" }\n`,
      files: { 'operator.jwt': await encodeOperator('O', operator) },
    });
    const credentialsFile = join(folder, 'user.creds');
    await writeFile(credentialsFile, fmtCreds(await encodeUser('U', user, account), user));
    await expectAdmission(url, { credentialsFile });
    await expect(connect({ servers: [url], credentialsFile: join(folder, 'none') })).rejects.toThrow(
      /ENOENT/,
    );
  });

  it('speaks TLS and shows a certificate of its own', async () => {
    const { certificate, key } = await createTestCertificate();
    const files = { 'cert.pem': certificate, 'key.pem': key };
    const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await Promise.all([writeFile(certFile, certificate), writeFile(keyFile, key)]);
    const server = await start({
      files,
      configuration: (place) =>
        `tls { cert_file: "${place}/cert.pem", key_file: "${place}/key.pem", ca_file: "${place}/cert.pem", verify: true }\n`,
    });
    await expectAdmission(server.url, { tls: { caFile: certFile, certFile, keyFile } });
    await expect(connect({ servers: [server.url.replace('nats:', 'tls:')] })).rejects.toThrow(/self-signed/);
  });

  it('names the address that does not answer, without its password', async () => {
    const server = await start();
    await server.stop();
    const address = server.url.replace('//', '//user:secret@');
    const failure = await connect({ servers: [address] }).catch((error: unknown) => error);
    expect(String(failure)).toContain(`127.0.0.1:${server.port}`);
    expect(String(failure)).not.toContain('secret');
  });

  it('comes back by itself, and says meanwhile that it is away', async () => {
    const server = await start();
    const link = await connect({ servers: [server.url] });
    let returns = 0;
    link.onUp(() => (returns += 1));
    expect(link.up).toBe(true);

    const answered = expect(link.whileUp(new Promise(() => undefined))).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'NATS.AWAY',
    });
    await server.kill();
    await answered;
    expect(link.up).toBe(false);
    await expect(link.untilUp(10)).rejects.toMatchObject({ code: 'NATS.AWAY' });

    await server.restart();
    await link.untilUp(20_000);
    await link.connection.flush();
    await eventually(() => returns === 1);
    expect(warnings).toEqual([expect.stringContaining('lost'), expect.stringContaining('back')]);
  });

  it('keeps no answer in memory that it has handed over', async () => {
    const server = await start();
    const link = await connect({ servers: [server.url] });
    const answers = await Promise.all(
      Array.from(
        { length: 10 },
        async () => new WeakRef(await link.whileUp(Promise.resolve({ large: true }))),
      ),
    );
    // What a WeakRef has just been made for stays until the end of the job.
    await eventually(() => {
      collectGarbage();
      return answers.every((answer) => answer.deref() === undefined);
    });
  });

  it('can be closed while the server is away', async () => {
    const server = await start();
    const link = await connect({ servers: [server.url] });
    await server.kill();
    await eventually(() => !link.up);
    const waiting = expect(link.untilUp(60_000)).rejects.toMatchObject({ code: 'NATS.AWAY' });
    await link.close();
    await waiting;
  });
});
