import { createTestDatabase, eventually, goodAnswer, ModelServer, type TestDatabase } from '@mcm/testing';
import { get, send, settled, startSystem, type StandaloneSystem } from '../support/system.js';

const FINDINGS = 10_000;
const SERVICES = 40;
const ENVIRONMENTS = ['dev', 'staging', 'prod'];
/** Findings differ in nothing else that a model is told. */
const SHAPES = SERVICES * ENVIRONMENTS.length;
const BATCH = 500;
const CONCURRENCY = 8;
/** Findings that are done when the process is killed. */
const KILLED_AT = [500, 5_000];

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

describe('A worker killed with -9 with ten thousand jobs to do', () => {
  let database: TestDatabase;
  let model: ModelServer;
  let system: StandaloneSystem | undefined;
  beforeAll(async () => {
    database = await createTestDatabase();
    model = await ModelServer.start(({ facts }) => ({
      kind: 'answer',
      content: goodAnswer(facts),
      delayMs: 30,
    }));
  });
  afterAll(async () => {
    await system?.stop();
    await model.close();
    await database.drop();
  });

  const start = () =>
    startSystem({
      databaseUrl: database.url,
      env: {
        OPENAI_API_KEY: 'sk-test',
        OPENAI_BASE_URL: model.url,
        OPENAI_MODEL: 'small',
        AI_CONCURRENCY: String(CONCURRENCY),
        AI_TOKENS_PER_DAY: '0',
        AI_REQUESTS_PER_MINUTE: '0',
      },
    });

  it('enriches every finding once, and asks no question again whose answer it has', async () => {
    system = await start();
    for (let i = 0; i < FINDINGS; i += BATCH) {
      const { status } = await send(
        `${system.api}/events`,
        Array.from({ length: BATCH }, (_, k) => event(i + k)),
      );
      expect(status).toBe(202);
    }
    await settled(system.api);
    // Findings about single events, and those of correlations over so many of them.
    const { total: findings } = await get<{ total: number }>(`${system.api}/findings?page_size=1`);
    expect(findings).toBeGreaterThanOrEqual(FINDINGS);
    const { body: started } = await send<Run>(`${system.api}/enrichments`, {});
    const run = () => get<Run>(`${system!.api}/enrichments/${started.id}`);

    for (const done of KILLED_AT) {
      await eventually(async () => ((await run()).progress?.done ?? 0) >= done, {
        timeoutMs: 300_000,
        intervalMs: 50,
      });
      await system.kill();
      system = await start();
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
      SHAPES + (findings - FINDINGS) + KILLED_AT.length * CONCURRENCY,
    );
    const { total } = await get<{ total: number }>(`${system.api}/findings?page_size=1`);
    expect(total).toBe(findings);
    const items = await get<{ finding_id: number }[]>(
      `${system.api}/enrichments/${started.id}/items?state=model&limit=1000`,
    );
    expect(items.length).toBe(tally.model);
  }, 900_000);
});
