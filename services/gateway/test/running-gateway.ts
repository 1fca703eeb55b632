import type { AddressInfo } from 'node:net';
import {
  type DataDisk,
  EVENT_INTAKE,
  type EventIntake,
  type EventSubmission,
  type IntakeReceipt,
  STORAGE_ROOM,
} from '@mcm/contracts';
import { EVENT_BUS, type EventBus } from '@mcm/messaging';
import { MemoryEventBus } from '@mcm/messaging/drivers/memory';
import { createDataSource, DataSource, DeadLetters } from '@mcm/persistence';
import {
  createLogger,
  globalModule,
  HealthRegistry,
  loadConfig,
  nestLogger,
  PlatformModule,
} from '@mcm/platform';
import { JOB_QUEUE, type JobQueue } from '@mcm/queue';
import { PostgresJobQueue } from '@mcm/queue/drivers/postgres';
import { createTestDatabase } from '@mcm/testing';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { configureGateway, createGatewayAdapter, GatewayConfig, GatewayModule } from '../src/index.js';
import { ACCEPTED_RECEIPT } from './accepted-receipt.js';

/** Keeps what it is given and answers with `receipt`. */
export class KeepingIntake implements EventIntake {
  readonly submissions: EventSubmission[] = [];
  /** Ids of dead letters. */
  readonly redriven: number[] = [];
  receipt: IntakeReceipt = ACCEPTED_RECEIPT;

  async submit(submission: EventSubmission): Promise<IntakeReceipt> {
    this.submissions.push(submission);
    return this.receipt;
  }

  async redrive(letterId: number): Promise<IntakeReceipt> {
    this.redriven.push(letterId);
    return this.receipt;
  }
}

/** A gateway that listens, on a database of its own. */
export interface RunningGateway {
  url: string;
  port: number;
  database: DataSource;
  bus: EventBus;
  jobs: JobQueue;
  intake: KeepingIntake;
  health: HealthRegistry;
  /** The disk of the data, as the process around the service sees it; not at all at first. */
  disk: { seen: DataDisk | null };
  /** `METHOD /path` of every route, in the router's notation. */
  routes: readonly string[];
  get(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, init?: RequestInit): Promise<Response>;
  /** Stops the HTTP side only. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** What the process around the service gives it. */
@Module({})
class TestHost {}

/** Starts a gateway on a free port; `env` holds its settings as environment variables. */
export async function startGateway(env: NodeJS.ProcessEnv = {}): Promise<RunningGateway> {
  const testDatabase = await createTestDatabase();
  const database = await createDataSource({
    url: testDatabase.url,
    poolSize: 4,
    applicationName: 'gateway-test',
  }).initialize();
  const logger = createLogger({ service: 'gateway-test', level: 'fatal' });
  const store = { connection: { connectionString: testDatabase.url }, log: logger };
  const jobs = await PostgresJobQueue.open(store);
  const bus = new MemoryEventBus({ deadLetters: new DeadLetters(database), log: logger });
  const intake = new KeepingIntake();
  const disk: RunningGateway['disk'] = { seen: null };
  const health = new HealthRegistry();
  health.register('postgresql', async () => {
    await database.query('select 1');
  });

  const config = loadConfig(GatewayConfig, env);
  const routes: string[] = [];
  const adapter = createGatewayAdapter(config, logger);
  adapter.getInstance().addHook('onRoute', ({ method, url: path }) => {
    for (const each of [method].flat()) routes.push(`${each} ${path}`);
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    {
      module: TestHost,
      imports: [
        PlatformModule.forRoot({ logger, health }),
        globalModule(TestHost, [
          { provide: DataSource, useValue: database },
          { provide: EVENT_BUS, useValue: bus },
          { provide: JOB_QUEUE, useValue: jobs },
          { provide: EVENT_INTAKE, useValue: intake },
          {
            provide: STORAGE_ROOM,
            useValue: { assertRoom: async () => undefined, disk: async () => disk.seen },
          },
        ]),
        GatewayModule.forRoot(config),
      ],
    },
    adapter,
    { logger: nestLogger(logger), abortOnError: false },
  );
  await configureGateway(app, config);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= app.close());
  return {
    url,
    port,
    database,
    bus,
    jobs,
    intake,
    health,
    disk,
    routes,
    get: (path, init) => fetch(`${url}${path}`, init),
    post: (path, init) => fetch(`${url}${path}`, { method: 'POST', ...init }),
    stop,
    close: async () => {
      const stopping = stop();
      // A test may leave a request half sent, for which the server would wait.
      app.getHttpServer().closeAllConnections();
      await stopping;
      await jobs.close();
      await bus.close();
      await database.destroy();
      await testDatabase.drop();
    },
  };
}
