import {
  consumersWith,
  type EventEnvelope,
  type FindingEnriched,
  type JobDeclaration,
  type JobName,
  JOBS,
  type Jobs,
} from '@mcm/contracts';
import { EVENT_BUS, type EventBus } from '@mcm/messaging';
import { MemoryEventBus } from '@mcm/messaging/drivers/memory';
import {
  DataSource,
  DeadLetters,
  type FindingDraft,
  FindingReader,
  type StoredFindingDetail,
} from '@mcm/persistence';
import { aFinding, createMigratedDatabase, storeEvents, storeFindings } from '@mcm/persistence/testing';
import {
  createLogger,
  globalModule,
  HealthRegistry,
  MetricsRegistry,
  nestLogger,
  PlatformModule,
} from '@mcm/platform';
import { JOB_QUEUE, type JobQueue, JobSpy } from '@mcm/queue';
import { PostgresJobQueue } from '@mcm/queue/drivers/postgres';
import { newId } from '@mcm/kernel';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AiWorkerModule } from '../src/index.js';

/** What the process around the service gives it. */
@Module({})
class TestHost {}

/** As in the product, but tried again soon. */
const DECLARATIONS: Readonly<Record<JobName, JobDeclaration>> = {
  ...JOBS,
  'enrich-finding': { ...JOBS['enrich-finding'], retryDelayMs: 20 },
  'enrich-findings': { ...JOBS['enrich-findings'], retryDelayMs: 20 },
};

/** One ai-worker on the database of a {@link WorkerBench}. */
export interface RunningWorker {
  queue: JobQueue;
  spy: JobSpy;
  health: HealthRegistry;
  /** Lines that were logged, as objects. */
  logged: Record<string, unknown>[];
  /** The value of a metric; `labels` as they stand in the text: `{source="model"}`. */
  metric(name: string, labels?: string): Promise<number>;
  close(): Promise<void>;
}

/** A database with findings, and any number of ai-workers on it. */
export class WorkerBench {
  readonly enriched: FindingEnriched[] = [];
  private readonly workers: RunningWorker[] = [];

  private constructor(
    readonly url: string,
    readonly database: DataSource,
    readonly bus: EventBus,
    /** For tests that queue jobs without a worker. */
    readonly queue: JobQueue,
    private readonly drop: () => Promise<void>,
  ) {}

  /** @param policies of the system, which decide who listens to the bus */
  static async open(policies = { autoEnrich: false }): Promise<WorkerBench> {
    const { url, dataSource: database, drop } = await createMigratedDatabase(12);
    const log = createLogger({ service: 'ai-worker-test', level: 'fatal' });
    const store = { connection: { connectionString: url }, log, declarations: DECLARATIONS };
    const bus = new MemoryEventBus({
      deadLetters: new DeadLetters(database),
      log,
      topology: consumersWith(policies),
    });
    const bench = new WorkerBench(url, database, bus, await PostgresJobQueue.open(store), drop);
    await bus.listen('findings.enriched', (facts) => void bench.enriched.push(...facts));
    return bench;
  }

  /** Starts an ai-worker with these settings; nothing of the environment of the test reaches it. */
  async worker(env: NodeJS.ProcessEnv = {}): Promise<RunningWorker> {
    const logged: Record<string, unknown>[] = [];
    const logger = createLogger({ service: 'ai-worker-test', level: 'info', destination: '/dev/null' });
    for (const level of ['info', 'warn', 'error'] as const) {
      logger[level] = (fields: object | string, message?: string) =>
        void logged.push(
          typeof fields === 'string' ? { level, message: fields } : { level, message, ...fields },
        );
    }
    const metrics = new MetricsRegistry();
    const health = new HealthRegistry();
    const spy = new JobSpy();
    const queue = await PostgresJobQueue.open({
      connection: { connectionString: this.url },
      log: logger,
      declarations: DECLARATIONS,
      onTransition: spy.record,
    });
    const app = await withEnv(env, () => createApp(this.database, this.bus, queue, logger, metrics, health));
    const worker: RunningWorker = {
      queue,
      spy,
      health,
      logged,
      metric: async (name, labels = '') => {
        const line = (await metrics.text()).split('\n').find((each) => each.startsWith(`${name}${labels} `));
        return Number(line?.slice(line.lastIndexOf(' ') + 1) ?? 0);
      },
      close: async () => {
        this.workers.splice(this.workers.indexOf(worker), 1);
        await app.close();
        await queue.close();
      },
    };
    this.workers.push(worker);
    return worker;
  }

  /** Stores events and a finding about them; returns its id. */
  async finding(evidence: readonly EventEnvelope[], overrides: Partial<FindingDraft> = {}): Promise<number> {
    await storeEvents(this.database, evidence);
    const first = evidence[0]!;
    const draft = aFinding({
      description: `${first.user} failed to sign in.`,
      user: first.user,
      first_seen: first.timestamp,
      last_seen: evidence.at(-1)!.timestamp,
      event_count: evidence.length,
      event_uids: evidence.map(({ uid }) => uid),
      first_received_at: first.received_at,
      ...overrides,
    });
    return (await storeFindings(this.database, [draft]))[0]!;
  }

  /** The finding as the API would show it. */
  async detail(id: number): Promise<StoredFindingDetail> {
    return (await new FindingReader(this.database).detailById(String(id)))!;
  }

  /** Queues a job and waits for its result. */
  async job<N extends JobName>(
    name: N,
    payload: Jobs[N]['payload'],
    id: string = `job-${newId()}`,
  ): Promise<Jobs[N]['result']> {
    await this.queue.enqueue(name, payload, { id });
    return this.queue.waitFor(name, id, { timeoutMs: 25_000 });
  }

  /** Enriches one finding as a click does, and gives it as it is then. */
  async enrich(id: number, refresh = false): Promise<StoredFindingDetail> {
    await this.job('enrich-finding', { finding_id: id, refresh }, `finding-${id}`);
    return this.detail(id);
  }

  /** Stops every worker and forgets everything that was stored. */
  async clear(): Promise<void> {
    await this.closeWorkers();
    this.enriched.length = 0;
    await this.database.query(
      `truncate findings, finding_enrichments, events, ai_exchanges, ai_answers, ai_prompts, ai_usage, ai_usage_minutes,
         ai_slots, ai_providers, enrichment_runs, enrichment_run_items, enrichment_ratings cascade`,
    );
    await this.database.query('delete from queue.job');
  }

  async close(): Promise<void> {
    await this.closeWorkers();
    await this.queue.close();
    await this.bus.close();
    await this.drop();
  }

  private async closeWorkers(): Promise<void> {
    await Promise.all([...this.workers].map((worker) => worker.close()));
  }
}

async function createApp(
  database: DataSource,
  bus: EventBus,
  queue: JobQueue,
  logger: ReturnType<typeof createLogger>,
  metrics: MetricsRegistry,
  health: HealthRegistry,
): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(
    {
      module: TestHost,
      imports: [
        PlatformModule.forRoot({ logger, metrics, health }),
        globalModule(TestHost, [
          { provide: DataSource, useValue: database },
          { provide: EVENT_BUS, useValue: bus },
          { provide: JOB_QUEUE, useValue: queue },
        ]),
        AiWorkerModule,
      ],
    },
    { logger: nestLogger(logger), abortOnError: false },
  );
}

/** Settings are read once, at the start. */
async function withEnv<T>(env: NodeJS.ProcessEnv, work: () => Promise<T>): Promise<T> {
  const ours = /^(OPENAI_|AI_)/;
  const before = Object.entries(process.env).filter(([name]) => ours.test(name));
  const clear = () =>
    Object.keys(process.env)
      .filter((name) => ours.test(name))
      .forEach((name) => delete process.env[name]);
  clear();
  Object.assign(process.env, env);
  try {
    return await work();
  } finally {
    clear();
    Object.assign(process.env, Object.fromEntries(before));
  }
}
