import { chown, chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDataSource } from '@mcm/persistence';
import { createLogger } from '@mcm/platform';
import { anEnvelope, createTestCertificate } from '@mcm/testing';
import { openFolder } from '../test/open-folder.js';
import { connectDrivers } from './connect-drivers.js';
import { EmbeddedPostgres } from './embedded-postgres/embedded-postgres.js';

const logger = createLogger({ service: 'test', level: 'silent' });

describe('PostgreSQL over TLS', () => {
  const server = new EmbeddedPostgres();
  let folder: Awaited<ReturnType<typeof openFolder>>;
  let address: URL;
  /** Of the server, and one that has nothing to do with it. */
  let trusted: string;
  let foreign: string;

  beforeAll(async () => {
    folder = await openFolder();
    const dataDir = join(folder.path, 'postgres');
    address = new URL((await server.start({ dataDir, durable: false })).url);
    const certificates = join(folder.path, 'certificates');
    await mkdir(certificates);
    const [own, other] = [await createTestCertificate(), await createTestCertificate()];
    [trusted, foreign] = [join(certificates, 'own.pem'), join(certificates, 'other.pem')];
    await writeFile(trusted, own.certificate);
    await writeFile(foreign, other.certificate);
    const key = join(certificates, 'key.pem');
    await writeFile(key, own.key);
    const superuser = await createDataSource({
      url: address.href,
      poolSize: 1,
      applicationName: 'test',
    }).initialize();
    const [{ directory }] = (await superuser.query(
      `select current_setting('data_directory') as directory`,
    )) as [{ directory: string }];
    // PostgreSQL insists that the key is its own.
    const { uid, gid } = await stat(directory);
    await chown(key, uid, gid);
    await chmod(key, 0o600);
    for (const [name, value] of [
      ['ssl_cert_file', trusted],
      ['ssl_key_file', key],
      ['ssl', 'on'],
    ])
      await superuser.query(`alter system set ${name} = '${value}'`);
    await superuser.query('select pg_reload_conf()');
    await superuser.destroy();
  });
  afterAll(async () => {
    await server.stop();
    await folder.remove();
  });

  const connect = (parameters: Record<string, string>) => {
    const url = new URL(address);
    url.search = new URLSearchParams(parameters).toString();
    const env = { DATABASE_URL: url.href, DATABASE_APP_PASSWORD: 'of the services' };
    return connectDrivers({ env, dataDir: '/proc/none', logger });
  };

  it('encrypts the connections of all parts, and trusts the certificate of the file', async () => {
    const drivers = await connect({ sslmode: 'verify-full', sslrootcert: trusted });
    try {
      await drivers.eventBus.publish('events.accepted', [anEnvelope()]);
      await drivers.jobQueue.enqueue('advance-rules', {});
      const connections = (await drivers.dataSource.query(
        `select application_name as name, ssl from pg_stat_ssl join pg_stat_activity using (pid)
          where usename = current_user`,
      )) as { name: string; ssl: boolean }[];
      // The pools of the services, and those of bus and queue.
      expect(connections.length).toBeGreaterThan(2);
      expect(connections.filter(({ ssl }) => !ssl)).toEqual([]);
    } finally {
      await drivers.close();
    }
  });

  it.each([
    ['that Node does not trust', () => ({ sslmode: 'verify-full' })],
    ['of another authority', () => ({ sslmode: 'verify-full', sslrootcert: foreign })],
  ])('refuses a certificate %s, and does not fall back', async (_, parameters) => {
    await expect(connect(parameters())).rejects.toMatchObject({
      code: 'HOST.DATABASE_UNREACHABLE',
      message: expect.stringMatching(/certificate/),
    });
  });
});
