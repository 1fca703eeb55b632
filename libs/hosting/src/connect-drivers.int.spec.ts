import { join } from 'node:path';
import { DEAD_LETTER_STORE } from '@mcm/contracts';
import { EVENT_BUS } from '@mcm/messaging';
import { DataSource } from '@mcm/persistence';
import { createLogger, HealthRegistry, MetricsRegistry } from '@mcm/platform';
import { JOB_QUEUE } from '@mcm/queue';
import { anEnvelope, createEmptyDatabase, eventually, freePort } from '@mcm/testing';
import { Test } from '@nestjs/testing';
import { openFolder } from '../test/open-folder.js';
import { connectDrivers } from './connect-drivers.js';
import { DriversModule } from './drivers.module.js';

const logger = createLogger({ service: 'test', level: 'silent' });

it('opens everything on the embedded PostgreSQL, keeps it over a restart, and closes it in order', async () => {
  const folder = await openFolder();
  const dataDir = join(folder.path, 'postgres');
  const lines: string[] = [];
  try {
    const options = {
      env: {},
      dataDir,
      logger,
      durable: false,
      progress: (line: string) => lines.push(line),
    };
    const first = await connectDrivers(options);
    const sent = anEnvelope();
    await first.eventBus.publish('events.accepted', [sent]);
    await first.close();
    await first.close();
    expect(first.dataSource.isInitialized).toBe(false);

    const second = await connectDrivers(options);
    const received: string[] = [];
    await second.eventBus.consume('record-events', 'events.accepted', async (batch) => {
      received.push(...batch.map(({ payload }) => payload.uid));
    });
    await eventually(() => received.length > 0, { timeoutMs: 20_000 });
    expect(received).toEqual([sent.uid]);
    await second.close();
  } finally {
    await folder.remove();
  }
  expect(lines).toContain('Starting PostgreSQL');
  expect(lines.join('\n')).toContain(dataDir);
});

describe('with DATABASE_URL', () => {
  let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
  beforeAll(async () => {
    database = await createEmptyDatabase();
  });
  afterAll(() => database.drop());

  it('uses that server, and gives services their ports', async () => {
    const health = new HealthRegistry();
    const metrics = new MetricsRegistry();
    const drivers = await connectDrivers({
      env: { PROFILE: 'standalone', DATABASE_URL: database.url },
      // Would be refused if it were touched.
      dataDir: '/proc/none',
      logger,
      health,
      metrics,
    });
    const module = await Test.createTestingModule({ imports: [DriversModule.forRoot(drivers)] }).compile();
    expect(module.get(DataSource)).toBe(drivers.dataSource);
    expect(module.get(EVENT_BUS)).toBe(drivers.eventBus);
    expect(module.get(JOB_QUEUE)).toBe(drivers.jobQueue);
    expect(module.get(DEAD_LETTER_STORE)).toBe(drivers.deadLetters);
    await module.close();

    expect(await health.report()).toEqual({
      ready: true,
      parts: {
        clock: { status: 'up' },
        consumers: { status: 'up' },
        database: { status: 'up' },
        'event-bus': { status: 'up' },
        'job-queue': { status: 'up' },
      },
    });
    await drivers.eventBus.publish('events.accepted', [anEnvelope(), anEnvelope()]);
    const text = await metrics.text();
    expect(text).toContain('mcm_bus_lag{consumer="record-events"} 2');
    expect(text).toContain('mcm_bus_published_total{consumer="record-events"} 2');
    expect(text).toContain('mcm_bus_dead_lettered_total{consumer="evaluate-events"} 0');
    await drivers.close();
  });

  it('holds back what is queued until the host has started, so that no start waits for a job', async () => {
    let started!: () => void;
    const jobsFrom = new Promise<void>((resolve) => (started = resolve));
    const drivers = await connectDrivers({
      env: { DATABASE_URL: database.url },
      dataDir: '/proc/none',
      logger,
      jobsFrom,
    });
    let begun = 0;
    await drivers.jobQueue.work('advance-rules', () => {
      begun += 1;
      return Promise.resolve({ findings: 0 });
    });
    const id = await drivers.jobQueue.enqueue('advance-rules', {});
    await expect(drivers.jobQueue.waitFor('advance-rules', id, { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'JOBS.TIMEOUT',
    });
    expect(begun).toBe(0);
    started();
    await drivers.jobQueue.waitFor('advance-rules', id, { timeoutMs: 20_000 });
    expect(begun).toBe(1);
    await drivers.close();
  });

  it('says so when it does not let us in, and shows no password', async () => {
    const url = new URL(database.url);
    url.username = 'no_such_user';
    const env = { DATABASE_URL: url.href, DATABASE_PASSWORD: 'hunter2' };
    const refused = await connectDrivers({ env, dataDir: '/proc/none', logger }).catch(
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({ code: 'HOST.DATABASE_REFUSED' });
    expect(String(refused)).not.toContain('hunter2');
  });

  it('says so when it cannot be reached, and shows no password', async () => {
    const port = await freePort();
    const url = `postgres://me:hunter2@127.0.0.1:${port}/monitor`;
    const lines: string[] = [];
    const failure = connectDrivers({
      env: { DATABASE_URL: url },
      dataDir: '/proc/none',
      logger,
      progress: (line) => lines.push(line),
    });
    await expect(failure).rejects.toMatchObject({
      code: 'HOST.DATABASE_UNREACHABLE',
      message: expect.stringContaining('DATABASE_URL'),
    });
    await failure.catch((error: Error) => lines.push(error.message));
    expect(lines.join('\n')).not.toContain('hunter2');
  });
});
