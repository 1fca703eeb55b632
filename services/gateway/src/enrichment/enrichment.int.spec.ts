import type { EnrichmentRunState } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import type { JobWorker } from '@mcm/queue';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import { storeEnrichment, storeExchange, storeFinding } from '../../test/stored-rows.js';

const JSON_TYPE = { 'content-type': 'application/json' };
let gateway: RunningGateway;
let workers: JobWorker[] = [];
beforeAll(async () => {
  gateway = await startGateway({ API_JOB_WAIT_MS: '2000' });
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.close()));
  workers = [];
});
afterAll(() => gateway.close());

/** Works like the ai-worker does, with the score 77. */
async function enrichSingleFindings(): Promise<void> {
  workers.push(
    await gateway.jobs.work('enrich-finding', async ({ payload }) => {
      await storeEnrichment(gateway.database, payload.finding_id, 77);
      return { finding_id: payload.finding_id, outcome: 'enriched' };
    }),
  );
}

describe('POST /findings/{id}/enrich_with_ai', () => {
  it('waits for the job and gives the updated finding', async () => {
    await enrichSingleFindings();
    const id = await storeFinding(gateway.database);
    // Clients that always name a content type send no body either.
    for (const headers of [{}, JSON_TYPE]) {
      const response = await gateway.post(`/findings/${id}/enrich_with_ai`, { headers });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({
        id,
        rule_name: 'single_failed_login',
        risk_score: 77,
        ai_explanation: 'Because of the severity.',
        enrichment_source: 'heuristic',
      });
    }
  });

  it('asks again when told to, and refuses what is not yes or no', async () => {
    const payloads: unknown[] = [];
    workers.push(
      await gateway.jobs.work('enrich-finding', ({ payload }) => {
        payloads.push(payload);
        return Promise.resolve({ finding_id: payload.finding_id, outcome: 'enriched' });
      }),
    );
    const id = await storeFinding(gateway.database);
    await gateway.post(`/findings/${id}/enrich_with_ai?refresh=true`);
    await gateway.post(`/findings/${id}/enrich_with_ai?refresh=false`);
    expect(payloads).toEqual([{ finding_id: id, refresh: true }, { finding_id: id }]);
    expect((await gateway.post(`/findings/${id}/enrich_with_ai?refresh=1`)).status).toBe(400);
  });

  it('answers 404 when there is no such finding, and starts nothing', async () => {
    const response = await gateway.post('/findings/123456/enrich_with_ai/');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'FINDINGS.NOT_FOUND' });
    expect(await gateway.jobs.status('enrich-finding', 'finding-123456')).toBeNull();
    expect((await gateway.post('/findings/abc/enrich_with_ai')).status).toBe(400);
  });

  it('answers 503 with Retry-After when no worker runs, and the job stays', async () => {
    const id = await storeFinding(gateway.database);
    const response = await gateway.post(`/findings/${id}/enrich_with_ai`);
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ code: 'JOBS.TIMEOUT' });

    await enrichSingleFindings();
    const again = await gateway.post(`/findings/${id}/enrich_with_ai`);
    expect(await again.json()).toMatchObject({ risk_score: 77 });
  });

  it('says why when the job has failed for good', async () => {
    workers.push(
      await gateway.jobs.work('enrich-finding', () =>
        Promise.reject(new AppError('invalid', 'TEST.NO', 'The provider refuses this.')),
      ),
    );
    const id = await storeFinding(gateway.database);
    const response = await gateway.post(`/findings/${id}/enrich_with_ai`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      code: 'JOBS.FAILED',
      detail: expect.stringContaining('The provider refuses this.'),
    });
  });
});

describe('POST /findings/enrich_all_missing', () => {
  it('waits for the job and gives the updated findings, newest first', async () => {
    const first = await storeFinding(gateway.database, { created_at: '2026-01-01T00:00:00.000Z' });
    const second = await storeFinding(gateway.database, { created_at: '2026-01-02T00:00:00.000Z' });
    const payloads: unknown[] = [];
    workers.push(
      await gateway.jobs.work('enrich-findings', async ({ payload }) => {
        payloads.push(payload);
        await storeEnrichment(gateway.database, first, 10);
        await storeEnrichment(gateway.database, second, 20);
        return { finding_ids: [first, second], failed: [] };
      }),
    );
    const response = await gateway.post('/findings/enrich_all_missing/?limit=2');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject([
      { id: second, risk_score: 20 },
      { id: first, risk_score: 10 },
    ]);
    await gateway.post('/findings/enrich_all_missing', { headers: JSON_TYPE });
    expect(payloads).toEqual([
      { limit: 2, oldest_first: true },
      { limit: 50, oldest_first: true },
    ]);
  });

  it.each(['0', '501', '-1', 'x'])('refuses the limit %s', async (limit) => {
    const response = await gateway.post(`/findings/enrich_all_missing?limit=${limit}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ pointer: 'limit' }] });
  });
});

describe('GET /findings/{id}/enrichment', () => {
  const shown = async (id: number) => {
    const response = await gateway.get(`/findings/${id}/enrichment`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('shows exactly what was sent and what came back, repairs included', async () => {
    await gateway.database.query(
      `insert into ai_prompts (version, system, answer_schema) values ('v1', 'Be careful.', '{"type": "object"}')`,
    );
    const first = await storeExchange(gateway.database, {
      outcome: 'invalid',
      received: 'What?',
      problems: ['no'],
    });
    const second = await storeExchange(gateway.database, {
      repair_of: first,
      sent: [
        { role: 'user', content: 'USER_1?' },
        { role: 'assistant', content: 'What?' },
      ],
    });
    const id = await storeFinding(gateway.database);
    await storeEnrichment(gateway.database, id, 50, {
      exchange_id: second,
      placeholders: { USER_1: 'alice' },
      cached: true,
      details: {
        summary: 'Because.',
        what_happened: [],
        why_it_matters: [],
        check_next: [],
        harmless_if: [],
        controls: {},
      },
    });
    expect(await shown(id)).toEqual({
      status: 200,
      body: {
        cached: true,
        placeholders: { USER_1: 'alice' },
        prompt: { version: 'v1', system: 'Be careful.', answer_schema: { type: 'object' } },
        exchanges: [
          expect.objectContaining({ id: first, outcome: 'invalid', received: 'What?', problems: ['no'] }),
          {
            id: second,
            asked_at: expect.stringMatching(/Z$/) as unknown,
            endpoint: 'http://127.0.0.1/v1',
            model: 'small',
            answered_by: 'small-2026',
            prompt_version: 'v1',
            sent: [
              { role: 'user', content: 'USER_1?' },
              { role: 'assistant', content: 'What?' },
            ],
            received: '{"score":1}',
            outcome: 'valid',
            problems: [],
            input_tokens: 100,
            output_tokens: 10,
            cost_usd: 0.001,
            duration_ms: 12,
          },
        ],
      },
    });
  });

  it('says that nothing was sent for the heuristic', async () => {
    const id = await storeFinding(gateway.database);
    await storeEnrichment(gateway.database, id, 20);
    expect(await shown(id)).toEqual({
      status: 200,
      body: { cached: false, exchanges: [], placeholders: null, prompt: null },
    });
  });

  it('tells a finding without enrichment from no finding at all', async () => {
    const id = await storeFinding(gateway.database);
    expect(await shown(id)).toMatchObject({ status: 404, body: { code: 'ENRICHMENTS.NOT_ENRICHED' } });
    expect(await shown(987_654)).toMatchObject({ status: 404, body: { code: 'FINDINGS.NOT_FOUND' } });
  });
});

describe('ratings', () => {
  const rate = async (id: number, body: unknown) => {
    const response = await gateway.post(`/findings/${id}/enrichment/ratings`, {
      body: JSON.stringify(body),
      headers: JSON_TYPE,
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('are kept with the enrichment as it was, and shown, the latest first', async () => {
    const id = await storeFinding(gateway.database);
    await storeEnrichment(gateway.database, id, 30);
    expect(await rate(id, { verdict: 'useful' })).toMatchObject({
      status: 201,
      body: { finding_id: id, verdict: 'useful', comment: null, expected_score: null },
    });
    await storeEnrichment(gateway.database, id, 60);
    const wrong = await rate(id, { verdict: 'wrong', comment: 'No \u0000 way', expected_score: 10 });
    expect(wrong).toMatchObject({ status: 201, body: { comment: 'No \ufffd way', expected_score: 10 } });
    expect(await (await gateway.get(`/findings/${id}/enrichment/ratings`)).json()).toMatchObject([
      { verdict: 'wrong', enrichment: { risk_score: 60, source: 'heuristic' } },
      { verdict: 'useful', enrichment: { risk_score: 30 } },
    ]);
  });

  it.each([
    [{}, 'verdict'],
    [{ verdict: 'fine' }, 'verdict'],
    [{ verdict: 'wrong', expected_score: 101 }, 'expected_score'],
    [{ verdict: 'wrong', expected_score: 1.5 }, 'expected_score'],
    [{ verdict: 'wrong', comment: 7 }, 'comment'],
    [{ verdict: 'wrong', comment: 'x'.repeat(2_001) }, 'comment'],
    [{ verdict: 'wrong', rated_by: 'me' }, 'rated_by'],
  ])('refuse %j', async (body, pointer) => {
    const id = await storeFinding(gateway.database);
    await storeEnrichment(gateway.database, id, 30);
    const answer = await rate(id, body);
    expect(answer.status).toBe(400);
    expect((answer.body['errors'] as { pointer: string }[]).map((error) => error.pointer)).toContain(pointer);
  });

  it('need a finding that has an enrichment', async () => {
    const id = await storeFinding(gateway.database);
    expect(await rate(id, { verdict: 'wrong' })).toMatchObject({
      status: 404,
      body: { code: 'ENRICHMENTS.NOT_ENRICHED' },
    });
    expect(await rate(987_654, { verdict: 'wrong' })).toMatchObject({
      status: 404,
      body: { code: 'FINDINGS.NOT_FOUND' },
    });
    expect((await gateway.get('/findings/987654/enrichment/ratings')).status).toBe(404);
  });

  it('come out as an evaluation set, a case per line', async () => {
    const payloads: unknown[] = [];
    workers.push(
      await gateway.jobs.work('export-evaluation-set', ({ payload }) => {
        payloads.push(payload);
        return Promise.resolve({ lines: ['{"id":"rating-1"}', '{"id":"rating-2"}'], gone: 1, next: 2 });
      }),
    );
    const response = await gateway.post('/ai/evaluation-set?limit=2');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('application/x-ndjson');
    expect([response.headers.get('x-gone'), response.headers.get('x-next-after')]).toEqual(['1', '2']);
    expect(await response.text()).toBe('{"id":"rating-1"}\n{"id":"rating-2"}\n');
    expect(payloads).toEqual([{ after: 0, limit: 2 }]);
    expect((await gateway.post('/ai/evaluation-set?limit=0')).status).toBe(400);
  });
});

describe('GET /ai/status', () => {
  const status = async () => (await (await gateway.get('/ai/status')).json()) as Record<string, unknown>;
  /** Makes a connection known, as an ai-worker does when it starts. */
  const register = ({
    fingerprint = 'f',
    endpoint = 'http://127.0.0.1/v1',
    model = 'small',
    settings = SETTINGS,
  } = {}) =>
    gateway.database.query(
      `insert into ai_providers (fingerprint, endpoint, model, prompt_version, settings) values ($1, $2, $3, 'v1', $4)`,
      [fingerprint, endpoint, model, JSON.stringify(settings)],
    );
  const SETTINGS: Record<string, unknown> = {
    concurrency: 4,
    tokens_per_day: 1_000,
    requests_per_minute: 0,
    auto_enrich: 'high',
    priced: true,
  };
  /** Notes something about the connection `f` for the next minute. */
  const note = (columns: string) =>
    gateway.database.query(`update ai_providers set ${columns} where fingerprint = 'f'`);
  const IN_A_MINUTE = `now() + interval '1 minute'`;
  beforeEach(() => gateway.database.query('truncate ai_providers, ai_usage, ai_slots, ai_usage_minutes'));

  it('knows nothing before a worker has started, and says when no model is configured', async () => {
    expect(await status()).toMatchObject({ state: 'unknown', model: null });
    await register({ fingerprint: 'none', model: '', endpoint: '', settings: { auto_enrich: 'off' } });
    expect(await status()).toMatchObject({
      state: 'off',
      reason: expect.stringContaining('OPENAI_API_KEY') as unknown,
      budget: null,
      auto_enrich: 'off',
    });
  });

  it('shows model, policy and budget, and why the heuristic answers', async () => {
    await register();
    expect(await status()).toEqual({
      state: 'on',
      reason: null,
      until: null,
      model: 'small',
      endpoint: 'http://127.0.0.1/v1',
      prompt_version: 'v1',
      auto_enrich: 'high',
      pseudonymise: true,
      budget: {
        tokens_per_day: 1_000,
        tokens_today: 0,
        requests_per_minute: null,
        requests_today: 0,
        concurrency: 4,
        cost_usd_today: 0,
      },
    });
    await note(`blocked_until = ${IN_A_MINUTE}`);
    expect(await status()).toMatchObject({ state: 'paused', until: expect.stringMatching(/Z$/) as unknown });
    await note(`failures = 5, last_failure = 'It is down.', open_until = ${IN_A_MINUTE}`);
    expect(await status()).toMatchObject({
      state: 'paused',
      reason: expect.stringContaining('It is down.') as unknown,
    });
    await note(
      `refused_code = 'AI.KEY_REFUSED', refused_reason = 'The key is refused.', refused_until = ${IN_A_MINUTE}`,
    );
    expect(await status()).toMatchObject({ state: 'refused', reason: 'The key is refused.' });
    await register({ fingerprint: 'g' });
    await gateway.database.query(
      `insert into ai_usage (day, input_tokens, output_tokens, cost_usd) values ((now() at time zone 'UTC')::date, 900, 200, 1)`,
    );
    expect(await status()).toMatchObject({
      state: 'paused',
      reason: expect.stringContaining('budget') as unknown,
      budget: { tokens_today: 1_100, cost_usd_today: 1 },
    });
  });
});

describe('/enrichments', () => {
  const start = (body: string, headers: Record<string, string> = JSON_TYPE) =>
    gateway.post('/enrichments', { body, headers });
  const show = async (path: string, init?: RequestInit) => {
    const response = await (init === undefined ? gateway.get(path) : gateway.post(path, init));
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const sql = (text: string, ...parameters: unknown[]) =>
    gateway.database.query<Record<string, unknown>[]>(text, parameters);
  /** Where an action leads a run, and from where. */
  const MOVES: Record<string, { from: string[]; to: string; items: string }> = {
    pause: { from: ['waiting', 'active'], to: 'paused', items: 'pending' },
    resume: { from: ['paused'], to: 'waiting', items: 'pending' },
    cancel: { from: ['waiting', 'active', 'paused'], to: 'cancelled', items: 'cancelled' },
    retry: { from: ['cancelled'], to: 'waiting', items: 'pending' },
  };
  /** Begins runs over given findings as the ai-worker does, and controls them. */
  async function workOnRuns(): Promise<void> {
    workers.push(
      await gateway.jobs.work('enrich-findings', async ({ id, payload }) => {
        const ids = payload.finding_ids!;
        await sql(
          `insert into enrichment_runs (id, state, scope, total, started_at) values ($1, 'active', $2, $3, now())
           on conflict (id) do nothing`,
          id,
          JSON.stringify(payload),
          ids.length,
        );
        await sql(
          `insert into enrichment_run_items (run_id, finding_id, state) select $1, unnest($2::bigint[]), 'pending'
           on conflict do nothing`,
          id,
          ids,
        );
        return { finding_ids: [], failed: [] };
      }),
      await gateway.jobs.work('control-enrichment', async ({ payload: { id, action } }) => {
        const { from, to, items } = MOVES[action]!;
        const [run] = await sql('select state from enrichment_runs where id = $1', id);
        const state = run?.['state'] as EnrichmentRunState | undefined;
        if (state === undefined || !from.includes(state)) return { moved: false, state: state ?? 'unknown' };
        await sql('update enrichment_runs set state = $2 where id = $1', id, to);
        await sql('update enrichment_run_items set state = $2 where run_id = $1', id, items);
        return { moved: true, state: to as EnrichmentRunState };
      }),
    );
  }

  it('waits for a worker, then shows the progress and the result for each finding', async () => {
    const ids = [await storeFinding(gateway.database), await storeFinding(gateway.database)];
    const accepted = await start(JSON.stringify({ finding_ids: [...ids, 987_654] }));
    expect(accepted.status).toBe(202);
    const { id, ...waiting } = (await accepted.json()) as { id: string };
    expect(waiting).toMatchObject({
      state: 'waiting',
      progress: null,
      tally: { pending: 0 },
      started_at: null,
    });

    await workOnRuns();
    await gateway.jobs.waitFor('enrich-findings', id, { timeoutMs: 10_000 });
    expect(await show(`/enrichments/${id}`)).toMatchObject({
      body: { id, state: 'active', progress: { done: 0, total: 3 }, tally: { pending: 3 } },
    });
    const done = (finding: number, state: string, code: string | null = null, reason: string | null = null) =>
      sql(
        `update enrichment_run_items set state = $3, code = $4, reason = $5, updated_at = now()
          where run_id = $1 and finding_id = $2`,
        id,
        finding,
        state,
        code,
        reason,
      );
    await done(ids[0]!, 'heuristic', 'AI.TIMEOUT', 'Too slow.');
    await done(ids[1]!, 'model');
    await done(987_654, 'missing');
    await sql(`update enrichment_runs set state = 'completed', finished_at = now() where id = $1`, id);
    expect(await show(`/enrichments/${id}`)).toMatchObject({
      body: {
        state: 'completed',
        progress: { done: 3, total: 3 },
        tally: {
          pending: 0,
          queued: 0,
          model: 1,
          cache: 0,
          heuristic: 1,
          missing: 1,
          failed: 0,
          cancelled: 0,
        },
        finished_at: expect.any(String) as unknown,
      },
    });
    expect((await show(`/enrichments/${id}/items`)).body).toMatchObject([
      { finding_id: 987_654, state: 'missing' },
      { finding_id: ids[1], state: 'model', code: null },
      { finding_id: ids[0], state: 'heuristic', code: 'AI.TIMEOUT', reason: 'Too slow.' },
    ]);
    expect((await show(`/enrichments/${id}/items?state=model`)).body).toMatchObject([{ finding_id: ids[1] }]);
    expect((await show(`/enrichments/${id}/items?limit=1&offset=2`)).body).toMatchObject([
      { finding_id: ids[0] },
    ]);
    expect((await show('/enrichments?limit=1')).body).toMatchObject([{ id }]);
  });

  it('pauses, resumes, cancels and retries, and says what cannot be done', async () => {
    await workOnRuns();
    const finding = await storeFinding(gateway.database);
    const { id } = (await (await start(JSON.stringify({ finding_ids: [finding] }))).json()) as { id: string };
    await gateway.jobs.waitFor('enrich-findings', id, { timeoutMs: 10_000 });
    const control = (action: string) => show(`/enrichments/${id}/${action}`, {});
    expect(await control('pause')).toMatchObject({ status: 200, body: { state: 'paused' } });
    // Twice is not wrong.
    expect(await control('pause')).toMatchObject({ status: 200, body: { state: 'paused' } });
    expect(await control('retry')).toMatchObject({ status: 409, body: { code: 'ENRICHMENTS.WRONG_STATE' } });
    expect(await control('resume')).toMatchObject({ status: 200, body: { state: 'waiting' } });
    expect(await control('cancel')).toMatchObject({
      status: 200,
      body: { state: 'cancelled', tally: { cancelled: 1 } },
    });
    expect(await control('pause')).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('is cancelled') as unknown },
    });
    expect(await control('retry?fallbacks=true')).toMatchObject({
      status: 200,
      body: { tally: { pending: 1 } },
    });
    expect(await control('retry?fallbacks=maybe')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: 'fallbacks' }] },
    });
    expect(await show('/enrichments/nobody-knows-it/pause', {})).toMatchObject({ status: 404 });
  });

  it('estimates without starting anything', async () => {
    const estimate = {
      findings: 10,
      heuristic: 0,
      cached: 4,
      requests: 6,
      input_tokens: 6_000,
      output_tokens: 1_200,
      cost_usd: 0.02,
      sampled: 10,
      model: 'small',
      budget_left_tokens: 5_000,
    };
    const scopes: unknown[] = [];
    workers.push(
      await gateway.jobs.work('estimate-enrichment', ({ payload }) => {
        scopes.push(payload);
        return Promise.resolve(estimate);
      }),
    );
    const answer = await show('/enrichments?dry_run=true', {
      body: '{"which":"not_by_model","severity":["high"],"limit":10}',
      headers: JSON_TYPE,
    });
    expect(answer).toEqual({ status: 200, body: estimate });
    expect(scopes).toEqual([{ which: 'not_by_model', severity: ['high'], limit: 10 }]);
    expect(await gateway.jobs.counts('enrich-findings')).toMatchObject({ waiting: 0, active: 0 });
  });

  it('takes no body as everything that is missing', async () => {
    const response = await gateway.post('/enrichments');
    expect(response.status).toBe(202);
    const { id } = (await response.json()) as { id: string };
    expect(await gateway.jobs.status('enrich-findings', id)).toMatchObject({ payload: {} });
    await gateway.jobs.cancel('enrich-findings', id);
  });

  it.each([
    ['{"finding_ids":[]}', 'finding_ids'],
    ['{"finding_ids":["7"]}', 'finding_ids'],
    ['{"finding_ids":[0]}', 'finding_ids'],
    ['{"finding_ids":[1e300]}', 'finding_ids'],
    ['{"finding_ids":7}', 'finding_ids'],
    [`{"finding_ids":[${Array.from({ length: 10_001 }, (_, index) => index + 1).join()}]}`, 'finding_ids'],
    ['{"limit":0}', 'limit'],
    ['{"limit":"all"}', 'limit'],
    ['{"which":"all"}', 'which'],
    ['{"severity":"worst"}', 'severity'],
    ['{"all":true}', 'all'],
    ['{"__proto__":{}}', '__proto__'],
  ])('refuses %s', async (body, pointer) => {
    const response = await start(body);
    expect(response.status).toBe(400);
    const problem = (await response.json()) as { code: string; errors: { pointer: string }[] };
    expect(problem.code).toBe('REQUEST.INVALID');
    expect(new Set(problem.errors.map((error) => error.pointer))).toEqual(new Set([pointer]));
  });

  it.each(['{', '{"a":1}}', 'undefined', '[]', '[1]', 'null', '7', '"x"', '\u0000', '{"a":"\n"}'])(
    'refuses the body %j as malformed',
    async (body) => {
      const response = await start(body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'REQUEST.MALFORMED' });
    },
  );

  it('survives 10,000 levels of nesting, bytes that are not UTF-8, and too much', async () => {
    const deep = await start(`{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`);
    expect([deep.status, await deep.json()]).toMatchObject([400, { code: 'REQUEST.MALFORMED' }]);
    const binary = await gateway.post('/enrichments', {
      body: Buffer.from([0x22, 0xff, 0x22]),
      headers: JSON_TYPE,
    });
    expect([binary.status, await binary.json()]).toMatchObject([400, { code: 'REQUEST.MALFORMED' }]);
    const large = await start(`{"a":"${'x'.repeat(1024 * 1024)}"}`);
    expect([large.status, await large.json()]).toMatchObject([413, { code: 'REQUEST.TOO_LARGE' }]);
    const text = await start('{}', { 'content-type': 'text/plain' });
    expect([text.status, await text.json()]).toMatchObject([415, { code: 'REQUEST.UNSUPPORTED_TYPE' }]);
    const zipped = await start('{}', { ...JSON_TYPE, 'content-encoding': 'gzip' });
    expect([zipped.status, await zipped.json()]).toMatchObject([
      415,
      { code: 'REQUEST.UNSUPPORTED_ENCODING' },
    ]);
  });

  it.each([
    ['nobody-knows-it', 404],
    ['a%20b', 400],
    ['%00', 400],
    ['x'.repeat(500), 400],
  ])('answers the id %s with %d', async (id, status) => {
    expect((await gateway.get(`/enrichments/${id}`)).status).toBe(status);
  });
});
