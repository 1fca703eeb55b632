import { PostgresJobQueue } from '@mcm/queue/drivers/postgres';
import { generateEvents } from '@mcm/simulator';
import { goodAnswer, ModelServer } from '@mcm/testing';
import pg from 'pg';
import { BenchServer, BenchSystem } from './bench-system.js';
import { fillTo } from './fill.js';
import { figure, ms, rate } from './report.js';
import { median, percentile } from './statistics.js';

const HEURISTIC_FINDINGS = 5_000;
const CLICKS = 200;
const MODEL_FINDINGS = 320;
const MODEL_WARM_UP = 32;
const MODEL_CONCURRENCY = 8;
const MODEL_LATENCY_MS = 300;
const CACHE_FINDINGS = 1_000;

const HOUR = 3600 * 1000;
/** Settings under which no budget is in the way. */
const NO_BUDGETS = { AI_TOKENS_PER_DAY: '0', AI_REQUESTS_PER_MINUTE: '0' };

export interface Run {
  id: string;
  state: string;
  tally: { model: number; cache: number; heuristic: number };
}

/** How fast findings are enriched, by the heuristic and by a model of known speed, and what the cache saves. */
export async function benchEnrichment(): Promise<void> {
  const server = await BenchServer.start();
  const model = await ModelServer.start();
  try {
    await benchHeuristic(server);
    await benchModel(server, model);
    await benchCache(server, model);
  } finally {
    await model.close();
    await server.stop();
  }
}

async function benchHeuristic(server: BenchServer): Promise<void> {
  const url = await server.database('heuristic');
  const system = await BenchSystem.start(url);
  try {
    await system.load(events(2_000));
    await fillTo(url, { events: 0, findings: HEURISTIC_FINDINGS });
    const clicks = await clickTimes(system.api, url);
    figure('one finding from click to score, heuristic, median', ms(median(clicks)));
    figure(
      'one finding from click to score, heuristic, p99',
      ms(percentile(clicks, 0.99)),
      `${CLICKS} clicks`,
    );
    const { seconds, run } = await bulk(system.api);
    const done = run.tally.heuristic;
    await system.stop();
    const limit = await emptyJobs(await server.database('empty_jobs'), done);
    figure(
      'findings scored in bulk by the heuristic, a job each',
      rate(done, seconds),
      `${(limit / seconds).toFixed(2)} of jobs that do nothing (${rate(done, limit)})`,
    );
  } finally {
    await system.stop();
  }
}

async function benchModel(server: BenchServer, model: ModelServer): Promise<void> {
  model.play(({ facts }) => ({ kind: 'answer', content: goodAnswer(facts), delayMs: MODEL_LATENCY_MS }));
  const url = await server.database('model');
  // Without the cache every finding is a question.
  const system = await BenchSystem.start(url, {
    ...NO_BUDGETS,
    ...connection(model),
    AI_CONCURRENCY: String(MODEL_CONCURRENCY),
    AI_CACHE_DAYS: '0',
  });
  try {
    await system.load(events(2_000));
    // Connections are made and code is compiled once; what counts is a worker that is at work.
    await bulk(system.api, MODEL_WARM_UP);
    const { seconds, run } = await bulk(system.api, MODEL_FINDINGS);
    const most = (MODEL_CONCURRENCY * 1000) / MODEL_LATENCY_MS;
    figure(
      `findings by a model of ${MODEL_LATENCY_MS} ms, ${MODEL_CONCURRENCY} at a time`,
      `${(run.tally.model / seconds).toFixed(1)}/s`,
      `${(run.tally.model / seconds / most).toFixed(2)} of concurrency ÷ latency (${most.toFixed(1)}/s)`,
    );
  } finally {
    await system.stop();
  }
}

async function benchCache(server: BenchServer, model: ModelServer): Promise<void> {
  model.forget();
  model.play(({ facts }) => ({ kind: 'answer', content: goodAnswer(facts) }));
  const system = await BenchSystem.start(await server.database('cache'), {
    ...NO_BUDGETS,
    ...connection(model),
  });
  try {
    // As the demo makes them, and enough of them for the findings.
    await system.load(events(8_000));
    const { run } = await bulk(system.api, CACHE_FINDINGS);
    const { model: asked, cache } = run.tally;
    const metrics = await (await fetch(`${system.api}/metrics`)).text();
    const value = (name: string) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(metrics)?.[1] ?? 0);
    const saved = value('mcm_ai_saved_tokens_total');
    const spent =
      value('mcm_ai_tokens_total\\{kind="input"\\}') + value('mcm_ai_tokens_total\\{kind="output"\\}');
    figure(
      `answered from the cache, ${asked + cache} findings of the demo`,
      `${((100 * cache) / (asked + cache)).toFixed(0)} %`,
      `${asked} questions; ${saved} of ${saved + spent} tokens saved (${((100 * saved) / (saved + spent)).toFixed(0)} %)`,
    );
  } finally {
    await system.stop();
  }
}

function connection(model: ModelServer) {
  return { OPENAI_API_KEY: 'sk-bench', OPENAI_BASE_URL: model.url, OPENAI_MODEL: 'bench' };
}

function events(count: number) {
  const to = Date.now() - HOUR;
  return generateEvents({ count, from: to - 30 * 24 * HOUR, to, seed: 7 });
}

/** Starts a bulk enrichment, waits for its end, and says how long it took. */
export async function bulk(api: string, limit?: number): Promise<{ seconds: number; run: Run }> {
  const started = performance.now();
  const answer = await fetch(`${api}/enrichments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(limit === undefined ? {} : { limit }),
  });
  const { id } = (await answer.json()) as Run;
  for (;;) {
    const run = (await (await fetch(`${api}/enrichments/${id}`)).json()) as Run;
    if (run.state === 'completed') return { seconds: (performance.now() - started) / 1000, run };
    if (run.state === 'failed') throw new Error(`The bulk enrichment ${id} failed`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Milliseconds from the request until the answer with the score, one after the other. */
async function clickTimes(api: string, url: string): Promise<number[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ id: string }>(`select id from findings order by id limit ${CLICKS}`);
  await client.end();
  const times: number[] = [];
  for (const { id } of rows) {
    const began = performance.now();
    const answer = await fetch(`${api}/findings/${id}/enrich_with_ai`, { method: 'POST' });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`enrich_with_ai: ${answer.status}`);
    times.push(performance.now() - began);
  }
  return times;
}

/** Seconds that as many jobs take whose handler does nothing, on the same queue with the same concurrency. */
async function emptyJobs(url: string, count: number): Promise<number> {
  const store = { connection: { connectionString: url }, schema: 'queue', log: console };
  await PostgresJobQueue.migrate(store);
  const queue = await PostgresJobQueue.open(store);
  try {
    let done = 0;
    const all = new Promise<void>((resolve) => {
      void queue.work('enrich-finding-later', ({ payload: { finding_id } }) => {
        done += 1;
        if (done === count) resolve();
        return Promise.resolve({ finding_id, outcome: 'skipped' });
      });
    });
    const began = performance.now();
    const jobs = Array.from({ length: count }, (_, i) => ({
      payload: { finding_id: i + 1, cause: 'run' as const },
    }));
    await queue.enqueueMany('enrich-finding-later', jobs);
    await all;
    return (performance.now() - began) / 1000;
  } finally {
    await queue.close();
  }
}
