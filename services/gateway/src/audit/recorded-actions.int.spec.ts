import { readFile } from 'node:fs/promises';
import { LOCAL_OPERATOR } from '@mcm/contracts';
import { DeadLetters } from '@mcm/persistence';
import { aRule, putIntoForce } from '@mcm/persistence/testing';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import { storeEnrichment, storeFinding } from '../../test/stored-rows.js';

/** Requests that change something of the product, with the one entry that each leaves. No worker answers most of them. */
const RECORDED: readonly {
  route: string;
  path?: () => Promise<string> | string;
  body?: unknown;
  entry: Record<string, unknown>;
}[] = [
  {
    route: 'PATCH /rules/{id}',
    path: () => '/rules/login',
    body: { enabled: false, reason: 'noisy' },
    entry: {
      action: 'rule.changed',
      object: { type: 'rule', id: 'login', name: 'login_name' },
      before: { enabled: true, level: null },
      after: { enabled: false, level: null, reason: 'noisy' },
    },
  },
  {
    route: 'POST /rules/reload',
    body: { skip_faulty: true },
    entry: { action: 'rules.reloaded', after: { skip_faulty: true, reason: null } },
  },
  {
    route: 'POST /archive/restores',
    body: { day: '2026-01-15' },
    entry: {
      action: 'events.restore_started',
      object: { type: 'event_day', id: '2026-01-15', name: null },
    },
  },
  {
    route: 'POST /rules/runs',
    body: { from: '2026-01-01T00:00:00Z' },
    entry: { action: 'replay.started', after: { from: '2026-01-01T00:00:00.000Z', to: null } },
  },
  {
    route: 'DELETE /rules/runs/{id}',
    path: () => '/rules/runs/replay',
    entry: { action: 'replay.cancelled', object: { type: 'replay', id: 'replay', name: null } },
  },
  {
    route: 'POST /rules/preview',
    body: { rule: 'login', from: '2026-01-01', to: '2026-01-02' },
    entry: {
      action: 'rule_preview.started',
      after: { rule: 'login', from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' },
    },
  },
  {
    route: 'DELETE /rules/previews/{id}',
    path: async () => {
      await gateway.jobs.enqueue(
        'preview-rule',
        { rule: { rule_id: 'login' }, from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' },
        { id: 'preview-1' },
      );
      return '/rules/previews/preview-1';
    },
    entry: {
      action: 'rule_preview.cancelled',
      object: { type: 'rule_preview', id: 'preview-1', name: null },
    },
  },
  {
    route: 'POST /enrichments',
    body: { finding_ids: [1, 2], severity: 'high' },
    entry: {
      action: 'enrichment_run.started',
      after: { which: null, severity: ['high'], limit: null, findings: 2 },
    },
  },
  ...(['pause', 'resume', 'cancel', 'retry'] as const).map((action) => ({
    route: `POST /enrichments/{id}/${action}`,
    path: async () => {
      await gateway.jobs.enqueue('enrich-findings', { limit: 1 }, { id: 'bulk-1' });
      return `/enrichments/bulk-1/${action}`;
    },
    entry: {
      action: {
        pause: 'enrichment_run.paused',
        resume: 'enrichment_run.resumed',
        cancel: 'enrichment_run.cancelled',
        retry: 'enrichment_run.retried',
      }[action],
      object: { type: 'enrichment_run', id: 'bulk-1', name: null },
      before: { state: 'waiting' },
      after: { state: 'paused' },
    },
  })),
  {
    route: 'POST /findings/enrich_all_missing',
    entry: { action: 'enrichment_run.started', after: { limit: expect.any(Number), oldest_first: true } },
  },
  {
    route: 'POST /findings/{id}/enrich_with_ai',
    path: () => `/findings/${finding}/enrich_with_ai?refresh=true`,
    entry: { action: 'enrichment.started', object: { type: 'finding' }, after: { refresh: true } },
  },
  {
    route: 'POST /findings/{id}/enrichment/ratings',
    path: () => `/findings/${finding}/enrichment/ratings`,
    body: { verdict: 'wrong', expected_score: 10 },
    entry: { action: 'enrichment.rated', after: { verdict: 'wrong', expected_score: 10 } },
  },
  {
    route: 'POST /ai/evaluation-set',
    entry: { action: 'evaluation_set.exported', after: { after: 0, limit: expect.any(Number) } },
  },
  {
    route: 'POST /dead-letters/{id}/redrive',
    path: async () => {
      await new DeadLetters(gateway.database).add([
        {
          origin: 'ingest',
          subject: 'events',
          consumer: 'accept-events',
          code: 'EVENTS.INVALID',
          reason: 'user is missing',
          message: '{}',
          truncated: false,
          tries: 1,
          failed_at: '2026-01-15T12:00:00.000Z',
        },
      ]);
      const [{ id }] = await gateway.database.query<[{ id: string }]>('select id from dead_letters');
      return `/dead-letters/${id}/redrive`;
    },
    entry: {
      action: 'dead_letter.redriven',
      object: { type: 'dead_letter' },
      after: { consumer: 'accept-events', code: 'EVENTS.INVALID' },
    },
  },
];

/** Requests of other kinds: events are not actions in the product, and these modules have tests of their own. */
const ELSEWHERE = /^\/(events|sources|auth|me|people|keys|sessions|audit|settings|storage)(\/|$)/;

/** Writes nothing. */
const READS = ['POST /findings/{id}/explain'];

let gateway: RunningGateway;
let finding: number;
beforeAll(async () => {
  gateway = await startGateway({ API_JOB_WAIT_MS: '1000' });
  await putIntoForce(gateway.database, [aRule('login', { level: 'low' })]);
  finding = await storeFinding(gateway.database);
  await storeEnrichment(gateway.database, finding, 40);
  await gateway.jobs.work('control-enrichment', async () => ({ moved: true, state: 'paused' }));
});
afterAll(() => gateway.close());

const entries = async () => {
  const { items } = (await (await gateway.get('/audit?limit=200')).json()) as { items: { seq: number }[] };
  return items;
};
const request = (route: string, path: string, body?: unknown) =>
  gateway.get(path, {
    method: route.split(' ')[0]!,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });

it.each(RECORDED)('$route leaves one entry', async ({ route, path, body, entry }) => {
  const before = (await entries()).length;
  const target = path === undefined ? route.split(' ')[1]! : await path();
  const { status } = await request(route, target, body);
  expect([200, 201, 202, 204, 503]).toContain(status);
  const [last, ...rest] = await entries();
  expect(rest).toHaveLength(before);
  expect(last).toMatchObject({
    ...entry,
    actor: LOCAL_OPERATOR,
    address: '127.0.0.1',
    request_id: expect.any(String),
  });
});

it.each([
  ['PATCH', '/rules/login', { enabled: false }],
  ['PATCH', '/rules/nothing', { enabled: false }],
  ['PATCH', '/rules/login', { level: 'severe' }],
  ['DELETE', '/rules/runs/other', undefined],
  ['DELETE', '/rules/previews/other', undefined],
  ['POST', '/rules/preview', {}],
  ['POST', '/enrichments/other/pause', undefined],
  ['POST', '/enrichments?dry_run=maybe', {}],
  ['POST', '/findings/999999/enrich_with_ai', undefined],
  ['POST', '/findings/999999/enrichment/ratings', { verdict: 'wrong' }],
  ['POST', '/dead-letters/999999/redrive', undefined],
])('%s %s that changes nothing leaves no entry', async (method, path, body) => {
  const before = await entries();
  await request(`${method} `, path, body);
  expect(await entries()).toEqual(before);
});

it('knows each route that changes something', async () => {
  const text = await readFile(new URL('../../openapi.json', import.meta.url), 'utf8');
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, unknown>> };
  const routes = Object.entries(paths)
    .filter(([path]) => !ELSEWHERE.test(path))
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    .filter((route) => !route.startsWith('GET '));
  expect(routes.sort()).toEqual([...RECORDED.map(({ route }) => route), ...READS].sort());
});
