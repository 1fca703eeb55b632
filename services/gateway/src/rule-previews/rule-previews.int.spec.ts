import { once } from 'node:events';
import type { PreviewReport, PreviewRulePayload, PreviewRuleResult } from '@mcm/contracts';
import type { JobWorker } from '@mcm/queue';
import { closedGate, eventually } from '@mcm/testing';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';

let gateway: RunningGateway;
let worker: JobWorker | undefined;
beforeAll(async () => {
  gateway = await startGateway();
});
afterEach(async () => {
  await worker?.close();
  worker = undefined;
});
afterAll(() => gateway.close());

const REPORT: PreviewReport = {
  findings: 3,
  days: [{ date: '2026-01-02', count: 3 }],
  rules: [{ id: 'many', name: 'many', title: 'Many', kind: 'correlation', level: 'high', silent: false }],
  yaml: 'title: Many\n',
  by_severity: { high: 3 },
  top: [{ name: 'alice', count: 3 }],
  samples: [
    {
      severity: 'high',
      description: 'alice: 3',
      user: 'alice',
      group: { user: 'alice' },
      first_seen: '2026-01-02T00:00:00.000Z',
      last_seen: '2026-01-02T00:01:00.000Z',
      event_count: 3,
      event_uids: [],
      reasons: {
        kind: 'correlation',
        type: 'event_count',
        timespan: 60_000,
        threshold: { gte: 3 },
        fields: [],
        value: 3,
        group: { user: 'alice' },
        rules: [],
      },
    },
  ],
  present: { findings: 9, days: [{ date: '2026-01-02', count: 9 }] },
  problems: [],
  warnings: [],
  events: 1000,
  elapsed_ms: 12,
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-01-08T00:00:00.000Z',
  cut: null,
};
const PROBLEM = {
  path: 'preview',
  line: 3,
  column: 9,
  severity: 'error',
  code: 'CONDITION.UNKNOWN_NAME',
  message: 'No such name',
} as const;

const preview = (body: unknown) =>
  gateway.post('/rules/preview', {
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
async function answering(result: PreviewRuleResult): Promise<PreviewRulePayload[]> {
  const asked: PreviewRulePayload[] = [];
  worker = await gateway.jobs.work('preview-rule', async ({ payload }) => {
    asked.push(payload);
    return result;
  });
  return asked;
}

it('answers immediately when it can', async () => {
  const asked = await answering({ outcome: 'done', report: REPORT });
  const response = await preview({
    yaml: 'title: Many',
    from: '2026-01-01',
    to: '2026-01-08',
    max_events: 10,
  });
  expect(response.status).toBe(200);
  const { rules, samples, ...rest } = REPORT;
  expect(await response.json()).toMatchObject({
    state: 'completed',
    from: REPORT.from,
    to: REPORT.to,
    result: {
      ...rest,
      rules: [{ id: rules[0]!.id, level: 'high' }],
      samples: [{ ...samples[0]!, reasons: [samples[0]!.reasons] }],
    },
  });
  expect(asked).toEqual([
    { rule: { yaml: 'title: Many' }, from: REPORT.from, to: REPORT.to, max_events: 10 },
  ]);
});

it('looks at the last seven days unless told otherwise', async () => {
  const asked = await answering({ outcome: 'done', report: REPORT });
  await preview({ rule: 'many', threshold: { gte: 5, lt: 9 }, timespan_seconds: 60, level: 'low' });
  const { rule, from, to } = asked[0]!;
  expect(rule).toEqual({ rule_id: 'many', threshold: { gte: 5, lt: 9 }, timespan_seconds: 60, level: 'low' });
  expect(Date.parse(to) - Date.parse(from)).toBe(7 * 86_400_000);
  expect(Math.abs(Date.now() - Date.parse(to))).toBeLessThan(60_000);
});

it('goes on in the background when it takes long, and can be cancelled', async () => {
  const gate = closedGate();
  worker = await gateway.jobs.work('preview-rule', async ({ progress, signal }) => {
    await progress({ done: 5, total: 10 });
    await Promise.race([gate.opened, once(signal, 'abort')]);
    signal.throwIfAborted();
    return { outcome: 'done', report: REPORT };
  });
  const started = await preview({ yaml: 'title: Many' });
  expect(started.status).toBe(202);
  const { id } = (await started.json()) as { id: string };
  const status = async () => (await gateway.get(`/rules/previews/${id}`)).json();
  expect(await status()).toMatchObject({ state: 'active', progress: { done: 5, total: 10 }, result: null });
  gate.open();
  await eventually(async () => ((await status()) as { state: string }).state === 'completed');
  const cancel = () => gateway.get(`/rules/previews/${id}`, { method: 'DELETE' });
  expect((await cancel()).status).toBe(409);

  await worker.close();
  worker = undefined;
  const waiting = (await (await preview({ yaml: 'title: Many' })).json()) as { id: string; state: string };
  expect(waiting.state).toBe('waiting');
  expect((await gateway.get(`/rules/previews/${waiting.id}`, { method: 'DELETE' })).status).toBe(204);
  expect((await gateway.get(`/rules/previews/${waiting.id}`)).status).toBe(404);
});

it('names every problem of a bad rule with line and column', async () => {
  await answering({ outcome: 'refused', problems: [PROBLEM] });
  const response = await preview({ yaml: 'title: [' });
  expect(response.status).toBe(422);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(await response.json()).toMatchObject({
    status: 422,
    code: 'RULES.INVALID',
    errors: [{ pointer: 'preview:3:9', detail: 'No such name' }],
    problems: [PROBLEM],
  });
});

it.each([
  ['RULES.NOT_FOUND', 404],
  ['RULE.NOT_EDITABLE', 400],
])('says what cannot be tried: %s', async (code, status) => {
  await answering({ outcome: 'impossible', code, message: 'Because.' });
  const response = await preview({ rule: 'many', level: 'low' });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ code, detail: 'Because.' });
});

it.each<[unknown, number, string]>([
  [{}, 400, 'yaml'],
  [{ yaml: 'a', rule: 'b' }, 400, 'yaml'],
  [{ yaml: 'a', level: 'low' }, 400, 'level'],
  [{ yaml: '' }, 400, 'yaml'],
  [{ yaml: 7 }, 400, 'yaml'],
  [{ yaml: 'x'.repeat(1_000_001) }, 400, 'yaml'],
  [{ yaml: 'x'.repeat(2_000_000) }, 413, 'REQUEST.TOO_LARGE'],
  [{ rule: 'a', threshold: {} }, 400, 'threshold'],
  [{ rule: 'a', threshold: { gte: '5' } }, 400, 'threshold'],
  [{ rule: 'a', threshold: { above: 5 } }, 400, 'threshold'],
  [{ rule: 'a', timespan_seconds: 0 }, 400, 'timespan_seconds'],
  [{ rule: 'a', from: '2026-01-02', to: '2026-01-01' }, 400, 'from'],
  [{ rule: 'a', from: 'yesterday' }, 400, 'from'],
  [{ rule: 'a', max_events: 0 }, 400, 'max_events'],
  [{ rule: 'a', days: 3 }, 400, 'days'],
  ['{"yaml":', 400, 'REQUEST.MALFORMED'],
])('refuses %.60j', async (body, status, mentions) => {
  const response = await preview(body);
  expect(response.status).toBe(status);
  expect(JSON.stringify(await response.json())).toContain(mentions);
});

it('pushes back when too many wait', async () => {
  for (let n = 0; n < 20; n += 1) {
    await gateway.jobs.enqueue('preview-rule', { rule: { yaml: 'a' }, from: REPORT.from, to: REPORT.to });
  }
  const response = await preview({ yaml: 'title: Many' });
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ code: 'RULES.PREVIEWS_BUSY' });
});
