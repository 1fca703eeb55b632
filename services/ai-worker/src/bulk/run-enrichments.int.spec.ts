import type { EnrichmentProgressed, EnrichmentScope, EnrichmentTally } from '@mcm/contracts';
import { newId } from '@mcm/kernel';
import { closedGate, anEnvelope, eventually, goodAnswer, ModelServer } from '@mcm/testing';
import { WorkerBench } from '../../test/running-worker.js';
import { storedItem, storedRun } from '../../test/stored-runs.js';

let bench: WorkerBench;
let server: ModelServer;
const progress: EnrichmentProgressed[] = [];
beforeAll(async () => {
  bench = await WorkerBench.open();
  server = await ModelServer.start();
  await bench.bus.listen('enrichments.progressed', (messages) => void progress.push(...messages));
});
beforeEach(() => {
  progress.length = 0;
  server.forget();
  server.play(({ facts }) => ({ kind: 'answer', content: goodAnswer(facts) }));
});
afterEach(() => bench.clear());
afterAll(async () => {
  await bench.close();
  await server.close();
});

const withModel = (env: NodeJS.ProcessEnv = {}) =>
  bench.worker({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: server.url, OPENAI_MODEL: 'small', ...env });
/** As many findings, in the order of their ids. */
const findings = async (count: number, place = (i: number) => `Place ${i}`) => {
  const ids: number[] = [];
  for (let i = 0; i < count; i += 1) {
    ids.push(await bench.finding([anEnvelope({ raw_data: { location: place(i) } })]));
  }
  return ids;
};
const start = (scope: EnrichmentScope) =>
  bench.queue.enqueue('enrich-findings', scope, { id: `bulk-${newId()}` });
const run = async (id: string) => (await storedRun(bench.database, id))!;
const over = (id: string) => bench.queue.waitFor('enrich-findings', id, { timeoutMs: 60_000 });
const control = (id: string, action: 'pause' | 'resume' | 'cancel' | 'retry', fallbacks = false) =>
  bench.job('control-enrichment', { id, action, fallbacks });
const done = ({ model, cache, heuristic }: EnrichmentTally) => model + cache + heuristic;

describe('a bulk enrichment', () => {
  it('enriches what has no enrichment, each finding once, and tells how far it is', async () => {
    await bench.worker();
    const ids = await findings(60);
    await bench.enrich(ids[0]!);
    const id = await start({});
    expect(await over(id)).toMatchObject({ state: 'completed', failed: [] });
    expect(await run(id)).toMatchObject({
      state: 'completed',
      total: 59,
      tally: { heuristic: 59, pending: 0, queued: 0 },
      started_at: expect.any(Date) as unknown,
      finished_at: expect.any(Date) as unknown,
    });
    expect(bench.enriched.map((fact) => fact.id).sort((a, b) => a - b)).toEqual(ids);
    expect(progress.at(-1)).toMatchObject({ id, state: 'completed', total: 59, tally: { heuristic: 59 } });
  });

  it('gives the waiting caller the newest findings up to the limit', async () => {
    await bench.worker();
    const ids = await findings(5);
    expect(await bench.job('enrich-findings', { limit: 2 })).toEqual({
      state: 'completed',
      finding_ids: [ids[4], ids[3]],
      failed: [],
    });
    expect(await bench.job('enrich-findings', { finding_ids: [] })).toMatchObject({ finding_ids: [] });
  });

  it('stores the result for each finding', async () => {
    await withModel();
    const known = await findings(3, () => 'Kenya');
    await bench.enrich(known[0]!);
    const others = await findings(2);
    const id = await start({ finding_ids: [...known, ...others, 4_711] });
    server.play(({ facts }) =>
      facts!.events[0]!.fields['location'] === 'Place 1'
        ? { kind: 'answer', content: 'no' }
        : { kind: 'answer', content: goodAnswer(facts) },
    );
    await over(id);
    const { tally } = await run(id);
    expect(tally).toMatchObject({ model: 1, cache: 3, heuristic: 1, missing: 1, failed: 0 });
    expect(await storedItem(bench.database, id, others[1]!)).toEqual({
      state: 'heuristic',
      code: 'AI.ANSWER_INVALID',
    });
  });

  it('pauses between two findings, goes on, and can be cancelled', async () => {
    await withModel({ AI_CONCURRENCY: '2' });
    // However slow this test is, the run is not over before it is paused, and then not before it is cancelled.
    const [pausing, cancelling] = [closedGate(), closedGate()];
    server.play(async ({ facts }) => {
      if (server.questions.length > 6) await pausing.opened;
      if (server.questions.length > 16) await cancelling.opened;
      return { kind: 'answer', content: goodAnswer(facts) };
    });
    await findings(40);
    const id = await start({});
    await eventually(
      async () => done((await bench.database.query('select 1'), (await run(id))?.tally) ?? NONE) >= 2,
    );
    expect(await control(id, 'pause')).toEqual({ moved: true, state: 'paused' });
    pausing.open();
    expect(await over(id)).toMatchObject({ state: 'paused' });
    // What was being worked on ends; nothing else begins.
    await eventually(async () => (await bench.queue.counts('enrich-finding-later')).active === 0);
    const asked = server.questions.length;
    const paused = await run(id);
    expect(paused).toMatchObject({ state: 'paused', tally: { queued: 0 } });
    expect(done(paused.tally)).toBeLessThan(40);
    await bench.queue.counts('enrich-finding-later');
    expect(server.questions.length).toBe(asked);

    expect(await control(id, 'resume')).toMatchObject({ moved: true });
    await eventually(async () => done((await run(id)).tally) > done(paused.tally));
    expect(await control(id, 'cancel')).toEqual({ moved: true, state: 'cancelled' });
    const cancelled = await run(id);
    expect(cancelled.tally.cancelled).toBeGreaterThan(0);
    cancelling.open();
    expect(await control(id, 'pause')).toEqual({ moved: false, state: 'cancelled' });

    expect(await control(id, 'retry')).toMatchObject({ moved: true });
    await eventually(async () => (await run(id)).state === 'completed', { timeoutMs: 60_000 });
    expect(done((await run(id)).tally)).toBe(40);
    expect(server.questions.length).toBe(40);
  });

  it('can be cancelled before a worker has begun', async () => {
    const ids = await findings(3);
    const id = await start({ finding_ids: ids });
    // A worker that only controls: the run itself waits for one that has time.
    const job = bench.queue.enqueue('control-enrichment', { id, action: 'cancel' }, { id: 'control-1' });
    await bench.worker();
    await job;
    await bench.queue.waitFor('control-enrichment', 'control-1', { timeoutMs: 20_000 });
    await over(id);
    expect(['cancelled', 'completed']).toContain((await run(id)).state);
  });

  it('takes the heuristic for what the budget does not cover, in the middle of a run', async () => {
    await withModel({ AI_TOKENS_PER_DAY: '12000', AI_MAX_OUTPUT_TOKENS: '500', AI_CONCURRENCY: '1' });
    server.play(({ facts }) => ({
      kind: 'answer',
      content: goodAnswer(facts),
      usage: { prompt_tokens: 2_500, completion_tokens: 500 },
    }));
    const ids = await findings(8);
    const id = await start({});
    await over(id);
    const { tally } = await run(id);
    expect(tally.model).toBeGreaterThan(0);
    expect(tally.heuristic).toBe(8 - tally.model);
    expect(await bench.detail(ids[0]!)).toMatchObject({
      enrichment: { fallback: { code: 'AI.BUDGET_TOKENS' } },
    });

    // The next day.
    await bench.database.query('delete from ai_usage');
    expect(await control(id, 'retry', true)).toMatchObject({ moved: true });
    await eventually(async () => (await run(id)).state === 'completed', { timeoutMs: 60_000 });
    expect((await run(id)).tally.model).toBeGreaterThan(tally.model);
  });

  it('shares the work of two runs about the same findings', async () => {
    await withModel();
    server.play(({ facts }) => ({ kind: 'answer', content: goodAnswer(facts), delayMs: 30 }));
    const ids = await findings(10);
    const both = [await start({ finding_ids: ids }), await start({ finding_ids: ids })];
    await Promise.all(both.map(over));
    for (const id of both) expect(done((await run(id)).tally)).toBe(10);
    expect(server.questions).toHaveLength(10);
  });

  it('is picked up where it was by another worker', async () => {
    const first = await withModel({ AI_CONCURRENCY: '2' });
    server.play(({ facts }) => ({ kind: 'answer', content: goodAnswer(facts), delayMs: 30 }));
    await findings(30);
    const id = await start({});
    await eventually(async () => done((await run(id))?.tally ?? NONE) >= 5);
    await first.close();
    expect((await run(id)).state).toBe('active');
    await withModel();
    await over(id);
    expect(await run(id)).toMatchObject({ state: 'completed' });
    expect(done((await run(id)).tally)).toBe(30);
  });

  it('has failed, with the reason, when its process died three times, and goes on when it is asked to', async () => {
    const first = await withModel({ AI_CONCURRENCY: '1' });
    const answering = closedGate();
    server.play(async ({ facts }) => {
      await answering.opened;
      return { kind: 'answer', content: goodAnswer(facts) };
    });
    const ids = await findings(3);
    const id = await start({ finding_ids: ids });
    await eventually(async () => (await run(id))?.tally.queued === 3);
    await first.close();
    // What BullMQ notes when a process dies; the contract suite of the queue kills real ones.
    await bench.database.query('update queue.job set stalled_count = 3 where id = any($1)', [
      [id, `finding-${ids[0]}`],
    ]);
    answering.open();
    await withModel();
    await expect(over(id)).rejects.toThrow(/JOBS\.PROCESS_DIED/);
    await eventually(async () => done((await run(id)).tally) === 2);
    expect(await run(id)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('died') as unknown,
      tally: { failed: 1 },
    });
    expect(await control(id, 'retry')).toMatchObject({ moved: true });
    await eventually(async () => (await run(id)).state === 'completed', { timeoutMs: 60_000 });
    expect(done((await run(id)).tally)).toBe(3);
  });
});

const NONE: EnrichmentTally = {
  pending: 0,
  queued: 0,
  model: 0,
  cache: 0,
  heuristic: 0,
  missing: 0,
  failed: 0,
  cancelled: 0,
};

describe('an estimate', () => {
  it('says how many would be asked, answered from the cache, and what it costs, and asks no model', async () => {
    await withModel({ AI_PRICE_INPUT: '1', AI_PRICE_OUTPUT: '2' });
    await findings(4, () => 'Kenya');
    await findings(3);
    const known = await findings(1, () => 'Korea');
    await bench.enrich(known[0]!);
    await findings(2, () => 'Korea');
    server.forget();
    const estimate = await bench.job('estimate-enrichment', {});
    expect(estimate).toMatchObject({
      findings: 9,
      heuristic: 0,
      requests: 4,
      cached: 5,
      sampled: 9,
      model: 'small',
      budget_left_tokens: expect.any(Number) as unknown,
    });
    expect(estimate.cost_usd).toBeCloseTo((estimate.input_tokens + 2 * estimate.output_tokens) / 1_000_000);
    expect(server.questions).toHaveLength(0);

    await bench.job('enrich-findings', {}, 'bulk-1');
    expect(server.questions).toHaveLength(estimate.requests);
    const spent = await bench.database.query<{ tokens: number }[]>(
      'select sum(input_tokens)::int as tokens from ai_exchanges where id > 1',
    );
    expect(estimate.input_tokens / spent[0]!.tokens).toBeGreaterThan(0.7);
    expect(estimate.input_tokens / spent[0]!.tokens).toBeLessThan(1.4);
  });

  it('says that the heuristic would answer', async () => {
    const plain = await bench.worker();
    await findings(2);
    expect(await bench.job('estimate-enrichment', {})).toMatchObject({
      findings: 2,
      heuristic: 2,
      requests: 0,
      model: null,
    });
    await plain.close();
    await withModel({ AI_TOKENS_PER_DAY: '1000' });
    expect(await bench.job('estimate-enrichment', {})).toMatchObject({
      findings: 2,
      heuristic: 2,
      requests: 0,
      model: 'small',
    });
  });
});
