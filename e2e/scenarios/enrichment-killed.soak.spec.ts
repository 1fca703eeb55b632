import { createTestDatabase, describeWith, eventually, goodAnswer, ModelServer } from '@mcm/testing';
import { DistributedSystem } from '../support/distributed-system.js';
import { startOwnServers } from '../support/own-servers.js';
import { get, send, settled, startSystem } from '../support/system.js';

const SERVICES = 40;
const ENVIRONMENTS = ['dev', 'staging', 'prod'];
/** Findings differ in nothing else that a model is told. */
const SHAPES = SERVICES * ENVIRONMENTS.length;
const BATCH = 500;
const CONCURRENCY = 8;

interface Run {
  id: string;
  state: string;
  progress: { done: number; total: number } | null;
  tally: Record<string, number>;
}

const event = (i: number) => ({
  event_id: `deployment-${i}`,
  event_type: 'deployment_failed',
  user: `user-${i % 50}`,
  timestamp: new Date(Date.now() - 3_600_000 - i * 1000).toISOString(),
  raw_data: {
    service: `service-${String.fromCharCode(97 + (i % SERVICES) / 26, 97 + ((i % SERVICES) % 26))}`,
    environment: ENVIRONMENTS[Math.floor(i / SERVICES) % ENVIRONMENTS.length],
    version: `1.0.${i}`,
    initiated_by: `user-${i % 50}`,
  },
});

/** A system whose workers can be killed. */
interface Victim {
  api(): string;
  /** Kills what enriches with -9, and starts it again. */
  killWorkers(): Promise<void>;
  end(): Promise<void>;
}

const settings = (model: ModelServer) => ({
  OPENAI_API_KEY: 'sk-test',
  OPENAI_BASE_URL: model.url,
  OPENAI_MODEL: 'small',
  AI_CONCURRENCY: String(CONCURRENCY),
  AI_TOKENS_PER_DAY: '0',
  AI_REQUESTS_PER_MINUTE: '0',
  // What a dead worker was asking is asked again after two of these and half a minute.
  AI_TIMEOUT_MS: '10000',
});

async function oneProcess(model: ModelServer): Promise<Victim> {
  const database = await createTestDatabase();
  const start = () => startSystem({ databaseUrl: database.url, env: settings(model) });
  let system = await start();
  return {
    api: () => system.api,
    killWorkers: async () => {
      await system.kill();
      system = await start();
    },
    end: async () => {
      await system.stop();
      await database.drop();
    },
  };
}

/** Two workers, of which the one or the other dies. */
async function twoWorkers(model: ModelServer): Promise<Victim> {
  const servers = await startOwnServers();
  const system = await DistributedSystem.start({
    ...servers.addresses,
    env: settings(model),
    replicas: { 'ai-worker': 2 },
  });
  const workers = system.of('ai-worker');
  let next = 0;
  return {
    api: () => system.api,
    killWorkers: async () => {
      const worker = workers[next++ % workers.length]!;
      await worker.kill();
      worker.launch();
    },
    end: async () => {
      await system.stop();
      await servers.stop();
    },
  };
}

/** Enriches so many findings, while the worker is killed whenever so many are done. */
function survives(
  start: (model: ModelServer) => Promise<Victim>,
  count: number,
  killedAt: readonly number[],
) {
  let model: ModelServer;
  let victim: Victim | undefined;
  beforeAll(async () => {
    model = await ModelServer.start(({ facts }) => ({
      kind: 'answer',
      content: goodAnswer(facts),
      delayMs: 30,
    }));
    victim = await start(model);
  });
  afterAll(async () => {
    await victim?.end();
    await model.close();
  });

  it('enriches every finding once, and asks no question again whose answer it has', async () => {
    const { api, killWorkers } = victim!;
    for (let i = 0; i < count; i += BATCH) {
      const { status } = await send(
        `${api()}/events`,
        Array.from({ length: BATCH }, (_, k) => event(i + k)),
      );
      expect(status).toBe(202);
    }
    await settled(api());
    // Findings about single events, and those of correlations over so many of them.
    const { total: findings } = await get<{ total: number }>(`${api()}/findings?page_size=1`);
    expect(findings).toBeGreaterThanOrEqual(count);
    const { body: started } = await send<Run>(`${api()}/enrichments`, {});
    const run = () => get<Run>(`${api()}/enrichments/${started.id}`);

    for (const done of killedAt) {
      await eventually(async () => ((await run()).progress?.done ?? 0) >= done, {
        timeoutMs: 300_000,
        intervalMs: 50,
      });
      await killWorkers();
    }
    await eventually(async () => (await run()).state === 'completed', {
      timeoutMs: 300_000,
      intervalMs: 200,
    });

    const { tally, progress } = await run();
    expect(progress).toEqual({ done: findings, total: findings });
    expect(tally).toMatchObject({ failed: 0, missing: 0, heuristic: 0, pending: 0, queued: 0 });
    expect(tally.model! + tally.cache!).toBe(findings);
    // What was on its way when the process died had to be asked again.
    expect(model.questions.length).toBeGreaterThanOrEqual(SHAPES);
    expect(model.questions.length).toBeLessThanOrEqual(
      SHAPES + (findings - count) + killedAt.length * CONCURRENCY,
    );
    const { total } = await get<{ total: number }>(`${api()}/findings?page_size=1`);
    expect(total).toBe(findings);
    const items = await get<{ finding_id: number }[]>(
      `${api()}/enrichments/${started.id}/items?state=model&limit=1000`,
    );
    expect(items.length).toBe(tally.model);
  });
}

describe('A worker killed with -9 with ten thousand jobs to do', () => {
  survives(oneProcess, 10_000, [500, 5_000]);
});

describeWith(
  { nats: 'own', redis: 'own' },
  'One of two workers of the distributed system killed with -9',
  () => {
    survives(twoWorkers, 1_000, [150, 600]);
  },
);
