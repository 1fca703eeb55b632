import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDataSource } from '@mcm/persistence';
import { createLogger } from '@mcm/platform';
import { anEnvelope, eventually } from '@mcm/testing';
import { openFolder } from '../../test/open-folder.js';
import { connectDrivers } from '../connect-drivers.js';
import type { Drivers } from '../drivers.js';
import { EmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';

describe('the roles of the database, in one process', () => {
  const server = new EmbeddedPostgres();
  let folder: Awaited<ReturnType<typeof openFolder>>;
  let address: string;
  beforeAll(async () => {
    folder = await openFolder();
    ({ url: address } = await server.start({ dataDir: join(folder.path, 'postgres'), durable: false }));
  });
  afterAll(async () => {
    await server.stop();
    await folder.remove();
  });

  const connect = async (env: NodeJS.ProcessEnv) => {
    const log = join(folder.path, `log-${randomUUID()}`);
    const logger = createLogger({ service: 'test', destination: log });
    const drivers = await connectDrivers({
      env,
      dataDir: join(folder.path, 'postgres'),
      logger,
      durable: false,
    });
    return { drivers, logged: () => readFile(log, 'utf8') };
  };
  /** Events go through the bus and jobs through the queue. */
  const works = async ({ eventBus, jobQueue }: Drivers) => {
    const received: string[] = [];
    await eventBus.consume('record-events', 'events.accepted', async (batch) => {
      received.push(...batch.map(({ payload }) => payload.uid));
    });
    const sent = Array.from({ length: 2_000 }, () => anEnvelope());
    await eventBus.publish('events.accepted', sent);
    await jobQueue.work('advance-rules', () => Promise.resolve({ findings: 0 }));
    const id = await jobQueue.enqueue('advance-rules', {});
    await jobQueue.waitFor('advance-rules', id, { timeoutMs: 20_000 });
    await eventually(() => received.length === sent.length, { timeoutMs: 20_000 });
  };
  const roleOf = async ({ dataSource }: Drivers) =>
    (await dataSource.query('select current_user as role')) as { role: string }[];

  it('works with a single role that may create no roles, once an administrator has made them, and says what that costs', async () => {
    const superuser = await createDataSource({
      url: address,
      poolSize: 1,
      applicationName: 'test',
    }).initialize();
    await superuser.query(`create role single login password 'single'`);
    await superuser.query('create database single owner single');
    const url = new URL(address);
    Object.assign(url, { username: 'single', password: 'single', pathname: '/single' });

    await expect(connect({ DATABASE_URL: url.href })).rejects.toMatchObject({
      message: expect.stringMatching(/administrator .* create role mcm_application nologin/),
    });
    await superuser.query('create role mcm_audit nologin; create role mcm_application nologin');
    await superuser.query('grant mcm_audit, mcm_application to single');
    await superuser.destroy();
    const { drivers, logged } = await connect({ DATABASE_URL: url.href });
    expect(await roleOf(drivers)).toEqual([{ role: 'single' }]);
    await works(drivers);
    await drivers.close();
    expect(await logged()).toMatch(/role single.*owns the tables.*DATABASE_APP_PASSWORD/);

    await expect(connect({ DATABASE_URL: url.href, DATABASE_APP_PASSWORD: 'x' })).rejects.toMatchObject({
      code: 'PERSISTENCE.LOGIN_NOT_CREATED',
    });
  });

  it('gives a server of its own the role that is named', async () => {
    const env = { DATABASE_URL: address, DATABASE_APP_USER: 'services', DATABASE_APP_PASSWORD: 'p@ss/w#rd%' };
    const { drivers } = await connect(env);
    expect(await roleOf(drivers)).toEqual([{ role: 'services' }]);
    await works(drivers);
    await drivers.close();
  });

  it('works without owner rights on the embedded server, with a password of each start', async () => {
    // Its data belong to one process at a time.
    await server.stop();
    const { drivers, logged } = await connect({});
    expect(await roleOf(drivers)).toEqual([{ role: 'mcm_app' }]);
    await works(drivers);
    for (const statement of ['truncate events', 'truncate queue.job', 'create table queue.more (id int)'])
      await expect(drivers.dataSource.query(statement)).rejects.toMatchObject({
        driverError: { code: '42501' },
      });
    expect(await logged().catch(() => '')).not.toContain('logs in');
    const { databaseUrl } = drivers;
    await drivers.close();

    const again = await connect({});
    expect(again.drivers.databaseUrl.split(':')[2]).not.toBe(databaseUrl.split(':')[2]);
    await again.drivers.close();
  });
});
