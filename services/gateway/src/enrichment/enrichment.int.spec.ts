import { AppError } from '@mcm/kernel';
import type { JobWorker } from '@mcm/queue';
import { eventually } from '@mcm/testing';
import { closedGate } from '../../test/gate.js';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import { storeEnrichment, storeFinding } from '../../test/stored-rows.js';

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

  it('answers 404 when there is no such finding, and starts nothing', async () => {
    const response = await gateway.post('/findings/123456/enrich_with_ai/');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'FINDINGS.NOT_FOUND' });
    expect(await gateway.jobs.status('enrich-finding', 'finding-123456')).toBeNull();
    expect((await gateway.post('/findings/abc/enrich_with_ai')).status).toBe(400);
  });

  it('answers 503 with Retry-After when nobody works, and the job stays', async () => {
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
    const limits: (number | undefined)[] = [];
    workers.push(
      await gateway.jobs.work('enrich-findings', async ({ payload }) => {
        limits.push(payload.limit);
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
    expect(limits).toEqual([2, 50]);
  });

  it.each(['0', '501', '-1', 'x'])('refuses the limit %s', async (limit) => {
    const response = await gateway.post(`/findings/enrich_all_missing?limit=${limit}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ pointer: 'limit' }] });
  });
});

describe('/enrichments', () => {
  const start = (body: string, headers: Record<string, string> = JSON_TYPE) =>
    gateway.post('/enrichments', { body, headers });

  it('works in the background and shows progress and result', async () => {
    const accepted = await start('{"finding_ids":[7,8,9]}');
    expect(accepted.status).toBe(202);
    const { id, state } = (await accepted.json()) as { id: string; state: string };
    expect(state).toBe('waiting');

    const gate = closedGate();
    workers.push(
      await gateway.jobs.work('enrich-findings', async ({ payload, progress }) => {
        await progress({ done: 1, total: payload.finding_ids?.length ?? 0 });
        await gate.opened;
        return { finding_ids: [7, 8], failed: [{ finding_id: 9, reason: 'gone' }] };
      }),
    );
    const status = async () => (await gateway.get(`/enrichments/${id}`)).json();
    await eventually(async () => {
      expect(await status()).toMatchObject({
        id,
        state: 'active',
        progress: { done: 1, total: 3 },
        result: null,
      });
      return true;
    });
    gate.open();
    await eventually(async () => {
      expect(await status()).toMatchObject({
        state: 'completed',
        result: { finding_ids: [7, 8], failed: [{ finding_id: 9, reason: 'gone' }] },
        error: null,
        finished_at: expect.any(String),
      });
      return true;
    });
  });

  it('takes no body as everything that is missing', async () => {
    const response = await gateway.post('/enrichments');
    expect(response.status).toBe(202);
    const { id } = (await response.json()) as { id: string };
    expect(await gateway.jobs.status('enrich-findings', id)).toMatchObject({ payload: {} });
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
