import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EventEnvelope, JobName, Jobs } from '@mcm/contracts';
import { MATCH_LOG, type MatchLog } from '@mcm/match-log';
import { type ConsumerStatus, EVENT_BUS, type EventBus, EventBusTransport } from '@mcm/messaging';
import { MemoryEventBus } from '@mcm/messaging/drivers/memory';
import { createDataSource, DataSource, DeadLetters, PIPELINE_DATA_SOURCE } from '@mcm/persistence';
import { storeEvents } from '@mcm/persistence/testing';
import {
  createLogger,
  globalModule,
  HealthRegistry,
  MetricsRegistry,
  nestLogger,
  PlatformModule,
} from '@mcm/platform';
import { JOB_QUEUE, type JobQueue } from '@mcm/queue';
import { PostgresJobQueue } from '@mcm/queue/drivers/postgres';
import { createTestDatabase, eventually, FakeClock } from '@mcm/testing';
import { type INestApplicationContext, Module } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { RulesConfig, RulesModule } from '../src/index.js';

/** Rule files of a test, by path below the folder of the rules. */
export type Files = Readonly<Record<string, string>>;

/** A finding as it is stored, with what tests look at. */
export interface FoundFinding {
  id: string;
  rule_id: string;
  severity: string;
  user: string;
  event_count: number;
  event_uids: string[];
  description: string;
}

/** A database and a folder of rules: what processes of the rules service share. */
export interface RulesWorld {
  folder: string;
  database: DataSource;
  jobs: JobQueue;
  clock: FakeClock;
  /** Replaces the rule files. */
  write(files: Files): Promise<void>;
  /** Starts a process of the rules service; without a log of matches one that evaluates alone. */
  start(env?: Partial<RulesConfig>, matchLog?: MatchLog | null): Promise<RunningRules>;
  /** Runs a job and gives its result. */
  run<N extends JobName>(name: N, payload: Jobs[N]['payload']): Promise<Jobs[N]['result']>;
  findings(): Promise<FoundFinding[]>;
  close(): Promise<void>;
}

/** One process of the rules service. */
export interface RunningRules {
  app: INestApplicationContext;
  bus: EventBus;
  health: HealthRegistry;
  /** Stores events and has them evaluated, as the recording consumer does. */
  send(events: readonly EventEnvelope[]): Promise<void>;
  /** The value of a metric without labels. */
  metric(name: string): Promise<number>;
  /** Stops it in order. */
  close(): Promise<void>;
}

/** What the process around the service gives it. */
@Module({})
class TestHost {}

export async function rulesWorld(files: Files): Promise<RulesWorld> {
  const testDatabase = await createTestDatabase();
  const database = await createDataSource({
    url: testDatabase.url,
    poolSize: 6,
    applicationName: 'rules-test',
  }).initialize();
  const logger = createLogger({ service: 'rules-test', level: 'fatal' });
  const store = { connection: { connectionString: testDatabase.url }, log: logger };
  const jobs = await PostgresJobQueue.open(store);
  const folder = await mkdtemp(join(tmpdir(), 'mcm-rules-'));
  const clock = new FakeClock();
  const running = new Set<RunningRules>();
  const world: RulesWorld = {
    folder,
    database,
    jobs,
    clock,
    write: async (next) => {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      for (const [path, text] of Object.entries(next)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
      }
    },
    start: async (env = {}, matchLog = null) => {
      const queue = await PostgresJobQueue.open(store);
      const bus = new MemoryEventBus({ deadLetters: new DeadLetters(database), log: logger });
      const health = new HealthRegistry();
      const config = Object.assign(new RulesConfig(), { path: folder, ...env });
      const module = await Test.createTestingModule({
        imports: [
          PlatformModule.forRoot({ logger, health, clock }),
          globalModule(TestHost, [
            { provide: DataSource, useValue: database },
            { provide: PIPELINE_DATA_SOURCE, useValue: database },
            { provide: EVENT_BUS, useValue: bus },
            { provide: JOB_QUEUE, useValue: queue },
            { provide: MATCH_LOG, useValue: matchLog },
          ]),
          RulesModule,
        ],
      })
        .overrideProvider(RulesConfig)
        .useValue(config)
        .setLogger(nestLogger(logger))
        .compile();
      const app = module.createNestMicroservice<MicroserviceOptions>({
        strategy: new EventBusTransport(bus),
        logger: nestLogger(logger),
      });
      const process: RunningRules = {
        app,
        bus,
        health,
        send: async (events) => {
          await storeEvents(database, events);
          await bus.publish('events.recorded', events);
          await eventually(async () => idle(await bus.status()));
        },
        metric: async (name) => {
          const text = await app.get(MetricsRegistry).text();
          return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
        },
        close: async () => {
          if (!running.delete(process)) return;
          await app.close();
          await bus.close();
          await queue.close();
          await matchLog?.close();
        },
      };
      running.add(process);
      await app.listen();
      return process;
    },
    run: async (name, payload) => {
      const id = await jobs.enqueue(name, payload);
      return jobs.waitFor(name, id, { timeoutMs: 60_000 });
    },
    findings: () =>
      database.query(
        `select id, rule_id, severity, "user", event_count, event_uids::text[] as event_uids, description
           from findings order by rule_id, first_seen, id`,
      ),
    close: async () => {
      for (const process of [...running]) await process.close();
      await jobs.close();
      await database.destroy();
      await testDatabase.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await world.write(files);
  return world;
}

const idle = (status: readonly ConsumerStatus[]) =>
  status.filter(({ consumer }) => consumer === 'evaluate-events').every(({ lag }) => lag === 0);

/** A rule over events of this type. */
export function eventRule(name: string, type = name, level = 'medium', more = ''): string {
  return `title: Title of ${name}
id: ${name}
name: ${name}
description: For a test.
logsource: { product: mcm }
detection:
  selection: { event_type: ${type} }
  condition: selection
level: ${level}
summary: '{user} did ${type}'
${more}`;
}

/** A correlation per user over rules with these names. */
export function correlation(name: string, over: string, settings: string, level = 'high'): string {
  return `title: Title of ${name}
id: ${name}
name: ${name}
description: For a test.
correlation:
  rules: [${over}]
  group-by: [user]
  ${settings}
level: ${level}
summary: '{user}: {count}'
`;
}

/** A threshold: this many events within half an hour. */
export const threshold = (name: string, over: string, least = 3, timespan = '30m') =>
  correlation(name, over, `type: event_count\n  timespan: ${timespan}\n  condition: { gte: ${least} }`);

/** Documents of one file. */
export const documents = (...texts: string[]) => texts.join('---\n');
