import { migrate } from '@mcm/persistence';
import { createLogger, HealthRegistry, MetricsRegistry } from '@mcm/platform';
import {
  anEnvelope,
  createTestDatabase,
  describeWith,
  eventually,
  freePort,
  type OwnTestServer,
  startOwnNats,
  startOwnRedis,
  type TestDatabase,
} from '@mcm/testing';
import type { Drivers } from '../drivers.js';
import { connectDistributed, type ConnectDistributedOptions, openDatabase } from './connect-distributed.js';

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
    [database, nats, redis] = await Promise.all([createTestDatabase(), startOwnNats(), startOwnRedis()]);
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

  async function migrateNow(): Promise<void> {
    const dataSource = await openDatabase(database.url, 'test', { databasePoolSize: 2 }, () => undefined);
    await migrate(dataSource);
    await dataSource.destroy();
  }
});
