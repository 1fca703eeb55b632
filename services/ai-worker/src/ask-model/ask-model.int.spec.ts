import { closedGate, anEnvelope, envelopesInARow, eventually, goodAnswer, ModelServer } from '@mcm/testing';
import { WorkerBench } from '../../test/running-worker.js';

let bench: WorkerBench;
let server: ModelServer;
beforeAll(async () => {
  bench = await WorkerBench.open();
  server = await ModelServer.start();
});
beforeEach(() => {
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
/** A finding that no other one has the shape of. */
const unlike = (place: string) => bench.finding([anEnvelope({ raw_data: { location: place } })]);
const fallbackOf = async (id: number) => (await bench.detail(id)).enrichment?.fallback?.code ?? null;

describe('the cache', () => {
  it('asks once about findings of the same shape, each with its own names', async () => {
    const worker = await withModel();
    server.play(({ facts }) => ({
      kind: 'answer',
      content: goodAnswer(facts, { summary: 'USER_1 failed from ADDRESS_1.' }),
      delayMs: 50,
    }));
    const ids: number[] = [];
    for (let i = 1; i <= 12; i += 1) {
      const raw_data = { ip: `203.0.113.${i}`, location: 'Kenya' };
      ids.push(await bench.finding([anEnvelope({ user: `user-${i}`, raw_data })]));
    }
    await Promise.all(ids.map((id) => bench.enrich(id)));
    expect(server.questions).toHaveLength(1);
    for (const [i, id] of ids.entries()) {
      const finding = await bench.detail(id);
      expect(finding.enrichment!.details!.summary).toBe(`user-${i + 1} failed from 203.0.113.${i + 1}.`);
      expect(finding.enrichment_source).toBe('model');
    }
    const details = await Promise.all(ids.map((id) => bench.detail(id)));
    expect(details.filter(({ enrichment }) => enrichment!.cached)).toHaveLength(11);
    expect(details.filter(({ enrichment }) => enrichment!.input_tokens === 0)).toHaveLength(11);
    const shared = await worker.metric('mcm_ai_cache_total', '{result="shared"}');
    const hits = await worker.metric('mcm_ai_cache_total', '{result="hit"}');
    expect(shared + hits).toBe(11);
    expect(await worker.metric('mcm_enrichments_total', '{source="cache"}')).toBe(11);
  });

  it('answers in another process, and after a restart', async () => {
    const first = await withModel();
    await bench.enrich(await unlike('Kenya'));
    await first.close();
    await withModel();
    expect(await bench.enrich(await unlike('Kenya'))).toMatchObject({ enrichment: { cached: true } });
    expect(server.questions).toHaveLength(1);
  });

  it('asks again when told to, with another model, and when answers are not to be kept', async () => {
    const first = await withModel();
    const id = await unlike('Kenya');
    await bench.enrich(id);
    expect(await bench.enrich(id)).toMatchObject({ enrichment: { cached: true } });
    expect(await bench.enrich(id, true)).toMatchObject({ enrichment: { cached: false } });
    expect(server.questions).toHaveLength(2);
    await first.close();
    const other = await withModel({ OPENAI_MODEL: 'large' });
    expect(await bench.enrich(id)).toMatchObject({
      enrichment_model: 'large',
      enrichment: { cached: false },
    });
    await other.close();
    await withModel({ AI_CACHE_DAYS: '0' });
    await bench.enrich(id);
    await bench.enrich(id);
    expect(server.questions).toHaveLength(5);
  });

  it('does not keep an answer of no use', async () => {
    await withModel();
    server.play(() => ({ kind: 'answer', content: 'no' }));
    await bench.enrich(await unlike('Kenya'));
    server.play(({ facts }) => ({ kind: 'answer', content: goodAnswer(facts) }));
    expect(await bench.enrich(await unlike('Kenya'))).toMatchObject({
      enrichment_source: 'model',
      enrichment: { cached: false },
    });
  });
});

describe('the budgets', () => {
  it('end with the tokens of the day: the heuristic answers and says so, in every process', async () => {
    await withModel({ AI_TOKENS_PER_DAY: '9000', AI_MAX_OUTPUT_TOKENS: '500' });
    await withModel({ AI_TOKENS_PER_DAY: '9000', AI_MAX_OUTPUT_TOKENS: '500' });
    server.play(({ facts }) => ({
      kind: 'answer',
      content: goodAnswer(facts),
      usage: { prompt_tokens: 2_000, completion_tokens: 500 },
    }));
    const places = ['Kenya', 'Korea', 'Kuwait', 'Laos', 'Latvia', 'Libya'];
    const ids = await Promise.all(places.map(unlike));
    for (const id of ids) await bench.enrich(id);
    const codes = await Promise.all(ids.map(fallbackOf));
    const answered = codes.filter((code) => code === null).length;
    expect(answered).toBe(3);
    expect(codes.slice(3)).toEqual(['AI.BUDGET_TOKENS', 'AI.BUDGET_TOKENS', 'AI.BUDGET_TOKENS']);
    expect(server.questions).toHaveLength(3);
    // What is known costs nothing.
    expect(await bench.enrich(await unlike('Kenya'))).toMatchObject({
      enrichment: { cached: true, fallback: null },
    });
  });

  it('let no more requests through in a minute than allowed, for a waiting caller', async () => {
    await withModel({ AI_REQUESTS_PER_MINUTE: '2' });
    // At the end of a minute waiting would be worth it.
    await bench.database.query(
      `insert into ai_usage_minutes select date_trunc('minute', clock_timestamp()) + n * interval '1 minute', 2
         from generate_series(0, 2) n`,
    );
    const id = await unlike('Kenya');
    await bench.enrich(id);
    expect(await fallbackOf(id)).toBe('AI.BUDGET_REQUESTS');
    expect(server.questions).toHaveLength(0);
  });

  it('keep to the number of requests at a time over all processes', async () => {
    const env = { AI_CONCURRENCY: '3' };
    await withModel(env);
    await withModel(env);
    const three = closedGate();
    server.play(async ({ facts }) => {
      if (server.mostAtOnce >= 3) three.open();
      // No request is answered before as many requests as allowed are open.
      await three.opened;
      return { kind: 'answer', content: goodAnswer(facts), delayMs: 20 };
    });
    const places = Array.from({ length: 20 }, (_, i) => `Place ${String.fromCharCode(65 + i)}`);
    await Promise.all((await Promise.all(places.map(unlike))).map((id) => bench.enrich(id)));
    expect(server.questions).toHaveLength(20);
    expect(server.mostAtOnce).toBe(3);
  });
});

describe('bad days', () => {
  it('a wrong key is logged once, not per job, and the server is not asked again', async () => {
    const worker = await withModel();
    server.play(() => ({ kind: 'status', status: 401 }));
    const ids = await Promise.all(['Kenya', 'Korea', 'Kuwait', 'Laos', 'Latvia'].map(unlike));
    for (const id of ids) await bench.enrich(id);
    expect(await Promise.all(ids.map(fallbackOf))).toEqual(ids.map(() => 'AI.KEY_REFUSED'));
    expect(server.questions).toHaveLength(1);
    expect(worker.logged.filter(({ level }) => level === 'error')).toEqual([
      expect.objectContaining({ message: expect.stringContaining('OPENAI_API_KEY') as unknown }),
    ]);
    expect(JSON.stringify(worker.logged)).not.toContain('sk-test');
    const { parts, ready } = await worker.health.report();
    expect(ready).toBe(true);
    expect(parts['model']).toMatchObject({
      status: 'degraded',
      detail: expect.stringContaining('refuses the key') as unknown,
    });
  });

  it('an unknown model is said with its name', async () => {
    const worker = await withModel({ OPENAI_MODEL: 'gpt-nothing' });
    server.play(() => ({ kind: 'status', status: 404 }));
    const id = await unlike('Kenya');
    expect(await bench.enrich(id)).toMatchObject({
      risk_score: 20,
      enrichment: {
        fallback: { code: 'AI.MODEL_UNKNOWN', reason: expect.stringContaining('gpt-nothing') as unknown },
      },
    });
    expect(worker.logged.some(({ level }) => level === 'error')).toBe(true);
  });

  it('a server that is down is tried again, then the heuristic answers, then no requests are sent for a while', async () => {
    const worker = await withModel();
    await server.close();
    const [first, second, third] = await Promise.all(['Kenya', 'Korea', 'Kuwait'].map(unlike));
    await bench.enrich(first!);
    expect(await fallbackOf(first!)).toBe('AI.UNREACHABLE');
    await bench.enrich(second!);
    expect(await fallbackOf(second!)).toBe('AI.CIRCUIT_OPEN');
    const began = performance.now();
    await bench.enrich(third!);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(worker.logged.some(({ message }) => String(message).includes('is paused'))).toBe(true);
    await server.listen();
    // The time that it is left alone for is over.
    await bench.database.query('update ai_providers set open_until = clock_timestamp()');
    expect(await bench.enrich(third!)).toMatchObject({ enrichment_source: 'model' });
    expect(await bench.enrich(first!)).toMatchObject({ enrichment_source: 'model' });
  });

  it('a server that flaps is tried again within the same job', async () => {
    await withModel();
    server.play(({ number, facts }) =>
      number % 2 === 1 ? { kind: 'status', status: 500 } : { kind: 'answer', content: goodAnswer(facts) },
    );
    for (const place of ['Kenya', 'Korea', 'Kuwait']) {
      expect(await bench.enrich(await unlike(place))).toMatchObject({ enrichment_source: 'model' });
    }
    expect(server.questions).toHaveLength(6);
  });

  it.each([
    ['half a body', { kind: 'half' }],
    ['no body', { kind: 'hang-up' }],
    ['something else', { kind: 'garbage', text: '<html></html>' }],
  ] as const)('%s is no answer', async (_what, behaviour) => {
    await withModel();
    server.play(() => behaviour);
    const id = await unlike('Kenya');
    expect(await bench.enrich(id)).toMatchObject({ enrichment_source: 'heuristic', risk_score: 20 });
    // Every try is kept: something left the house.
    expect(await bench.database.query('select outcome from ai_exchanges')).toEqual(
      server.questions.map(() => ({ outcome: 'failed' })),
    );
  });

  it('a slow server keeps a waiting caller no longer than one timeout', async () => {
    await withModel({ AI_TIMEOUT_MS: '300' });
    server.play(() => ({ kind: 'silent' }));
    const id = await unlike('Kenya');
    await bench.enrich(id);
    expect(await fallbackOf(id)).toBe('AI.TIMEOUT');
    expect(server.questions).toHaveLength(1);
  });

  it('a server that limits the rate is left alone for as long as it says', async () => {
    await withModel();
    const times: number[] = [];
    server.play(({ number, facts }) => {
      times.push(performance.now());
      return number === 1
        ? { kind: 'status', status: 429, headers: { 'retry-after-ms': '300' } }
        : { kind: 'answer', content: goodAnswer(facts) };
    });
    expect(await bench.enrich(await unlike('Kenya'))).toMatchObject({ enrichment_source: 'model' });
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(290);

    server.play(() => ({ kind: 'status', status: 429, headers: { 'retry-after': '60' } }));
    const id = await unlike('Korea');
    await bench.enrich(id);
    expect(await fallbackOf(id)).toBe('AI.RATE_LIMITED');
    expect(times).toHaveLength(2);
  });

  it('a waiting caller is next, however much is going on', async () => {
    const worker = await withModel({ AI_CONCURRENCY: '1' });
    const order: string[] = [];
    const asking = closedGate();
    server.play(async ({ facts }) => {
      order.push(String(facts!.events[0]!.fields['location']));
      await asking.opened;
      return { kind: 'answer', content: goodAnswer(facts), delayMs: 100 };
    });
    const slow = await Promise.all(Array.from({ length: 6 }, (_, i) => unlike(`Slow ${i}`)));
    const urgent = await unlike('Urgent');
    const run = await bench.queue.enqueue('enrich-findings', { finding_ids: slow }, { id: 'bulk-1' });
    await eventually(() => order.length >= 1);
    const asked = order.length;
    const enriched = bench.enrich(urgent);
    await worker.spy.waitFor('enrich-finding', 'active');
    asking.open();
    await enriched;
    expect(order.indexOf('Urgent')).toBeLessThanOrEqual(asked + 2);
    await bench.queue.waitFor('enrich-findings', run, { timeoutMs: 20_000 });
    expect(order).toHaveLength(7);
  });
});

describe('large findings', () => {
  it('are asked about with the first and the last of their events', async () => {
    await withModel();
    const events = envelopesInARow(40, 1_000).map((event, i) => ({
      ...event,
      raw_data: { location: `Place ${i}` },
    }));
    await bench.enrich(await bench.finding(events));
    const [question] = server.questions;
    expect(question!.facts!.events.map(({ fields }) => fields['location'])).toEqual([
      ...[0, 1, 2, 3, 4, 5].map((i) => `Place ${i}`),
      ...[34, 35, 36, 37, 38, 39].map((i) => `Place ${i}`),
    ]);
  });
});
