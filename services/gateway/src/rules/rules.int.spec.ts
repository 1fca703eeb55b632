import type { ReloadRulesPayload, ReloadRulesResult, RulesChanged } from '@mcm/contracts';
import { aRule, putIntoForce } from '@mcm/persistence/testing';
import type { JobWorker } from '@mcm/queue';
import { eventually } from '@mcm/testing';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';

const WARNING = {
  path: 'rules/core/many.yml',
  line: 2,
  column: 1,
  severity: 'warning',
  code: 'RULE.NO_LEVEL',
  message: 'It has no level',
} as const;
const ERROR = {
  ...WARNING,
  line: 7,
  column: 3,
  severity: 'error',
  code: 'YAML.SYNTAX',
  message: 'No',
} as const;

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ API_JOB_WAIT_MS: '5000' });
  await putIntoForce(
    gateway.database,
    [
      aRule('login', { level: 'low', tags: ['attack.t1110'], controls: { tsc: ['CC6.1'] }, runbook: 'Ask.' }),
      aRule('many', {
        kind: 'correlation',
        level: 'high',
        logsource: null,
        rule_references: ['base'],
        correlation: {
          type: 'event_count',
          threshold: { gte: 3 },
          group_by: ['user'],
          timespan_seconds: 60,
          fields: [],
        },
        problems: [WARNING],
      }),
      aRule('base', { silent: true }),
      aRule('aws/odd id', { pack: 'aws', name: 'odd' }),
    ],
    [WARNING, ERROR],
  );
  await gateway.database.query(`insert into rule_hits values ('login', 7, '2026-01-01T00:00:00Z')`);
  await gateway.database.query(`insert into rule_skips values ('many', 3, '2026-01-02T00:00:00Z')`);
});
afterAll(() => gateway.close());
beforeEach(() =>
  gateway.database.query(
    'truncate rule_switches, rule_switch_changes; update rule_switch_revision set revision = 0',
  ),
);

const json = async (path: string) => (await gateway.get(path)).json() as Promise<Record<string, unknown>>;
const patch = (id: string, body: unknown) =>
  gateway.get(`/rules/${id}`, {
    method: 'PATCH',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });

describe('GET /rules', () => {
  it('lists the rules in force with what they found', async () => {
    const page = (await json('/rules')) as unknown as { items: { id: string }[]; total: number };
    expect(page).toMatchObject({
      total: 4,
      page: 1,
      page_size: 50,
      packs: [
        { pack: 'aws', rules: 1 },
        { pack: 'core', rules: 3 },
      ],
    });
    expect(page.items.find(({ id }) => id === 'login')).toEqual({
      id: 'login',
      name: 'login_name',
      title: 'Title of login',
      pack: 'core',
      path: 'rules/core/login.yml',
      kind: 'event',
      level: 'low',
      effective_level: 'low',
      enabled: true,
      silent: false,
      logsource: { product: 'mcm' },
      tags: ['attack.t1110'],
      controls: { tsc: ['CC6.1'] },
      hits: 7,
      last_hit: '2026-01-01T00:00:00.000Z',
      skipped_events: 0,
      last_skip: null,
      problems: [],
    });
  });

  it.each([
    ['?q=T1110', ['login']],
    ['?kind=correlation&kind=filter', ['many']],
    ['?level=high', ['many']],
    ['?pack=aws', ['aws/odd id']],
    ['?enabled=false', []],
    ['?sort=hits&page_size=1', ['login']],
    ['?page=2&page_size=3', ['aws/odd id']],
  ])('answers %s', async (query, ids) => {
    const { items } = (await json(`/rules${query}`)) as unknown as { items: { id: string }[] };
    expect(items.map(({ id }) => id)).toEqual(ids);
  });

  it.each([
    '?page=0',
    '?page_size=501',
    '?kind=rule',
    '?level=severe',
    '?enabled=yes',
    '?sort=age',
    '?id=login',
  ])('refuses %s', async (query) => {
    expect((await gateway.get(`/rules${query}`)).status).toBe(400);
  });
});

describe('GET /rules/{id}', () => {
  it('shows everything, by id and by name', async () => {
    const rule = await json('/rules/many');
    expect(rule).toEqual(await json('/rules/many_name/'));
    expect(rule).toMatchObject({
      source: 'title: many\n',
      skipped_events: 3,
      last_skip: '2026-01-02T00:00:00.000Z',
      path: 'rules/core/many.yml',
      version: 1,
      content_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      correlation: { type: 'event_count', threshold: { gte: 3 }, group_by: ['user'], timespan_seconds: 60 },
      references: [{ id: 'base', name: 'base_name' }],
      level_override: null,
      override_revision: 0,
      changes: [],
      problems: [WARNING],
    });
    expect(await json('/rules/base')).toMatchObject({ referenced_by: [{ id: 'many', name: 'many_name' }] });
    expect(await json('/rules/aws%2Fodd%20id')).toMatchObject({ id: 'aws/odd id' });
  });

  it.each([
    ['/rules/nothing', 404, 'RULES.NOT_FOUND'],
    [`/rules/${'x'.repeat(257)}`, 400, 'REQUEST.INVALID'],
    ['/rules/login?full=1', 400, 'REQUEST.INVALID'],
  ])('answers %s with %d', async (path, status, code) => {
    const response = await gateway.get(path);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
  });
});

describe('PATCH /rules/{id}', () => {
  it('changes a rule, keeps who and why, notifies all processes, and takes it back', async () => {
    const told: RulesChanged[] = [];
    const listening = await gateway.bus.listen('rules.changed', (changes) => void told.push(...changes));
    const changed = await patch('login_name', {
      enabled: false,
      level: 'critical',
      by: 'ann',
      reason: 'noisy',
    });
    expect(changed.status).toBe(200);
    expect(await changed.json()).toMatchObject({
      id: 'login',
      enabled: false,
      level: 'low',
      effective_level: 'critical',
      level_override: 'critical',
      override_revision: 1,
    });
    await eventually(() => told.length === 1);
    expect(told).toEqual([{ what: 'overrides', revision: 1 }]);
    const back = (await (await patch('login', { enabled: null, level: null })).json()) as object;
    expect(back).toMatchObject({
      enabled: true,
      effective_level: 'low',
      level_override: null,
      changes: [
        { revision: 2, enabled: true, level: null, changed_by: null, reason: null },
        { revision: 1, enabled: false, level: 'critical', changed_by: 'ann', reason: 'noisy' },
      ],
    });
    await listening.close();
  });

  it('lets one of two people win who saw the same state', async () => {
    const bodies = ['low', 'critical'].map((level) => ({ level, override_revision: 0 }));
    const statuses = await Promise.all(bodies.map(async (body) => (await patch('many', body)).status));
    expect(statuses.sort()).toEqual([200, 409]);
    expect(await (await patch('many', { enabled: false, override_revision: 0 })).json()).toMatchObject({
      code: 'RULES.CHANGED_MEANWHILE',
    });
  });

  it.each<[string, unknown, number, string]>([
    ['nothing', { enabled: false }, 404, 'RULES.NOT_FOUND'],
    ['base', { enabled: false }, 409, 'RULES.NO_FINDINGS'],
    ['login', {}, 400, 'enabled'],
    ['login', { enabled: 'no' }, 400, 'enabled'],
    ['login', { level: 'severe' }, 400, 'level'],
    ['login', { enabled: true, who: 'ann' }, 400, 'who'],
    ['login', { enabled: true, reason: 'x'.repeat(1025) }, 400, 'reason'],
    ['login', { enabled: true, override_revision: -1 }, 400, 'override_revision'],
  ])('refuses for %s %j', async (id, body, status, mentions) => {
    const response = await patch(id, body);
    expect(response.status).toBe(status);
    expect(JSON.stringify(await response.json())).toContain(mentions);
  });
});

describe('problems and reload', () => {
  let worker: JobWorker | undefined;
  afterEach(async () => {
    await worker?.close();
    worker = undefined;
  });
  const answering = async (result: Partial<ReloadRulesResult>) => {
    const asked: ReloadRulesPayload[] = [];
    worker = await gateway.jobs.work('reload-rules', async ({ payload }) => {
      asked.push(payload);
      return {
        outcome: 'replaced',
        revision: 2,
        rules: 4,
        added: [],
        changed: [],
        removed: [],
        problems: [],
        ...result,
      };
    });
    return asked;
  };
  const reload = (body?: object) =>
    gateway.post('/rules/reload', {
      ...(body ? { body: JSON.stringify(body) } : {}),
      headers: { 'content-type': 'application/json' },
    });

  it('shows what is wrong with the files in force', async () => {
    expect(await json('/rules/problems')).toMatchObject({
      revision: 1,
      loaded_at: expect.any(String),
      problems: [WARNING, ERROR],
      refused: null,
    });
  });

  it('reloads and says what is different', async () => {
    const asked = await answering({ added: ['new'], changed: ['login'], problems: [WARNING] });
    const response = await reload({ by: 'ann', reason: 'tuning', skip_faulty: true });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      outcome: 'replaced',
      revision: 2,
      rules: 4,
      added: ['new'],
      changed: ['login'],
      removed: [],
      problems: [WARNING],
    });
    expect((await reload()).status).toBe(200);
    expect(asked).toEqual([{ requested_by: 'ann', reason: 'tuning', skip_faulty: true }, {}]);
  });

  it('names every problem when it is refused', async () => {
    await answering({ outcome: 'refused', problems: [ERROR, WARNING] });
    const response = await reload();
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({
      status: 422,
      code: 'RULES.RELOAD_REFUSED',
      detail: expect.stringContaining('rules/core/many.yml:7:3: No'),
      errors: [{ pointer: 'rules/core/many.yml:7:3', detail: 'No' }],
      problems: [ERROR, WARNING],
      request_id: expect.any(String),
    });
  });

  it('pushes back when too many wait, and refuses what it does not know', async () => {
    for (let n = 0; n < 10; n += 1) await gateway.jobs.enqueue('reload-rules', {});
    const busy = await reload();
    expect(busy.status).toBe(503);
    expect(busy.headers.get('retry-after')).toBe('5');
    expect(await busy.json()).toMatchObject({ code: 'RULES.RELOADS_BUSY' });
    expect((await reload({ force: true })).status).toBe(400);
    await answering({});
  });
});
