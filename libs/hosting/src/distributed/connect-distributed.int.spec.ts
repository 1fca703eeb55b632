import { migrate } from '@mcm/persistence';
import { createLogger, HealthRegistry, MetricsRegistry } from '@mcm/platform';
import {
  anEnvelope,
  createEmptyDatabase,
  describeWith,
  eventually,
  freePort,
  type OwnTestServer,
  startOwnNats,
  startOwnRedis,
  type TestDatabase,
} from '@mcm/testing';
import type { Drivers } from '../drivers.js';
import { openDatabase } from '../open-database.js';
import { connectDistributed, type ConnectDistributedOptions } from './connect-distributed.js';

const logger = createLogger({ service: 'test', level: 'silent' });

describeWith({ nats: 'own', redis: 'own' }, 'connectDistributed', () => {
  let database: TestDatabase;
  let nats: OwnTestServer;
  let redis: OwnTestServer;
  const opened: Drivers[] = [];
  const connect = async (env: NodeJS.ProcessEnv = {}, more: Partial<ConnectDistributedOptions> = {}) => {
    const drivers = await connectDistributed({
      env: {
        PROFILE: 'distributed',
        DATABASE_URL: database.url,
        NATS_URL: nats.url,
        REDIS_URL: redis.url,
        STARTUP_WAIT_SECONDS: '30',
        ...env,
      },
      logger,
      name: 'mcm-test',
      ...more,
    });
    opened.push(drivers);
    return drivers;
  };
  beforeAll(async () => {
    [database, nats, redis] = await Promise.all([createEmptyDatabase(), startOwnNats(), startOwnRedis()]);
  });
  afterAll(async () => {
    await Promise.all(opened.map((drivers) => drivers.close()));
    await Promise.all([nats.stop(), redis.stop()]);
    await database.drop();
  });

  it('refuses a database whose schema is not current, and says what to run', async () => {
    await expect(connect({ STARTUP_WAIT_SECONDS: '0' })).rejects.toMatchObject({
      code: 'PERSISTENCE.SCHEMA_OUTDATED',
      message: expect.stringContaining('npm run start:migrate'),
    });
  });

  it('opens bus, queue and database once they are there, and shows how they are', async () => {
    const lines: string[] = [];
    let migrating: Promise<void> | undefined;
    await nats.kill();
    const connecting = connect(
      {},
      {
        progress: (line) => {
          lines.push(line);
          if (line.includes('schema')) void (migrating ??= migrateNow());
          if (line.includes('NATS')) void nats.restart();
        },
      },
    );
    const drivers = await connecting;
    expect(lines[0]).toContain('npm run start:migrate');
    expect(lines.at(-1)).toContain('The NATS server at');
    expect(drivers.pipelineDataSource).toBe(drivers.dataSource);

    const health = new HealthRegistry();
    const metrics = new MetricsRegistry();
    const second = await connect({}, { health, metrics, sharesMatches: true });
    expect(await health.report()).toEqual({
      ready: true,
      parts: {
        clock: { status: 'up' },
        consumers: { status: 'up' },
        database: { status: 'up' },
        'event-bus': { status: 'up' },
        'job-queue': { status: 'up' },
        'match-log': { status: 'up' },
      },
    });
    const received: string[] = [];
    await second.eventBus.consume('record-events', 'events.accepted', async (batch) => {
      received.push(...batch.map(({ payload }) => payload.uid));
    });
    const sent = anEnvelope();
    await drivers.eventBus.publish('events.accepted', [sent]);
    await eventually(() => received.includes(sent.uid));
    await drivers.jobQueue.enqueue('enrich-finding', { finding_id: 1 });
    const text = await metrics.text();
    expect(text).toContain('mcm_jobs{job="enrich-finding",state="waiting"} 1');
    expect(text).toContain('mcm_match_log_max_bytes 67108864');
    expect(text).toMatch(/mcm_database_pool\{state="idle"\} \d/);

    expect(text).toContain('mcm_part_up{part="event-bus"} 1');

    await redis.kill();
    const { ready, parts } = await health.report(20_000);
    expect(ready).toBe(false);
    expect(parts['job-queue']).toMatchObject({ status: 'down' });
    expect(parts['match-log']).toMatchObject({ status: 'down' });
    expect(parts['database']).toEqual({ status: 'up' });
    // Figures of the others are there although one server is not.
    await nats.kill();
    // What was counted a moment ago is shown for that moment.
    let meanwhile = '';
    await eventually(async () => {
      meanwhile = await metrics.text();
      return !meanwhile.includes('mcm_bus_lag{');
    });
    expect(meanwhile).toMatch(/mcm_bus_acknowledged_total\{consumer="record-events"\} 1/);
    expect(meanwhile).not.toContain('mcm_bus_lag{');
    await nats.restart();
    await redis.restart();
    await eventually(async () => (await health.report()).ready);
  });

  it('gives up when a server does not come, and names it without its password', async () => {
    const port = await freePort();
    const failing = connect({
      REDIS_URL: `redis://:hunter2@127.0.0.1:${port}`,
      STARTUP_WAIT_SECONDS: '0',
    });
    await expect(failing).rejects.toMatchObject({ code: 'JOBS.STORE_UNAVAILABLE' });
    await failing.catch((error: Error) => expect(error.message).not.toContain('hunter2'));
  });

  it('says immediately that a password is wrong, however long a start may wait', async () => {
    const url = new URL(database.url);
    const refusing = await startOwnNats({
      configuration: () => 'authorization { user: mcm, password: right }\n',
    });
    const locked = await startOwnRedis({ configuration: () => 'requirepass right\n' });
    const role = `refused_${process.pid}`;
    const admin = await openDatabase({ url: database.url, applicationName: 'test', poolSize: 2 });
    try {
      await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'right'`);
      url.username = role;
      const begun = performance.now();
      for (const [env, code] of [
        [{ DATABASE_URL: url.href, DATABASE_PASSWORD: 'hunter2' }, 'HOST.DATABASE_REFUSED'],
        [{ REDIS_URL: locked.url, REDIS_PASSWORD: 'hunter2' }, 'HOST.REDIS_REFUSED'],
        [{ REDIS_URL: locked.url }, 'HOST.REDIS_REFUSED'],
        [{ NATS_URL: refusing.url, NATS_USER: 'mcm', NATS_PASSWORD: 'hunter2' }, 'NATS.REFUSED'],
      ] as const) {
        const refused = await connect({ STARTUP_WAIT_SECONDS: '600', ...env }).catch(
          (error: unknown) => error,
        );
        expect(refused).toMatchObject({ code, message: expect.stringContaining('does not let us in') });
        expect(String(refused)).not.toContain('hunter2');
      }
      expect(performance.now() - begun).toBeLessThan(30_000);
    } finally {
      await admin.query(`DROP ROLE ${role}`);
      await admin.destroy();
      await Promise.all([refusing.stop(), locked.stop()]);
    }
  });

  async function migrateNow(): Promise<void> {
    const dataSource = await openDatabase({ url: database.url, applicationName: 'test', poolSize: 2 });
    await migrate(dataSource);
    await dataSource.destroy();
  }
});
