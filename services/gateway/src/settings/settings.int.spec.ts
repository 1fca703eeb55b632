import { loadConfig } from '@mcm/platform';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import { storedPerson, TestBrowser } from '../../test/signed-in.js';
import { GatewayConfig } from '../gateway.config.js';
import { SETTING_DEFAULTS } from './setting-defaults.js';
import type { SettingDto } from './setting.dto.js';
import { SettingsStore } from './settings-store.js';
import { AuditTrail } from '@mcm/audit';
import { SettingReader } from '@mcm/persistence';

const HOUR_MS = 3_600_000;

let gateway: RunningGateway;
beforeEach(async () => {
  gateway = await startGateway({ AI_EXCHANGES_RETENTION_DAYS: '60' });
});
afterEach(() => gateway.close());

const found = async () => (await (await gateway.get('/settings/retention')).json()) as SettingDto;
const patch = (body: unknown) =>
  gateway.get('/settings/retention', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const changed = async (value: object, reason?: string) => {
  const answer = await patch({ revision: (await found()).revision, value, ...(reason && { reason }) });
  expect([answer.status, (await answer.clone().text()).slice(0, 300)]).toEqual([200, expect.anything()]);
  return (await answer.json()) as SettingDto;
};
const lastEntry = async () =>
  ((await (await gateway.get('/audit?limit=1')).json()) as { items: Record<string, unknown>[] }).items[0];
const endGrace = () =>
  gateway.database.query(`update settings set takes_effect_at = takes_effect_at - interval '25 hours'`);

const DEFAULTS = {
  events_days: 400,
  events_days_by_source: {},
  findings_days: 1095,
  dead_letters_days: 30,
  ai_exchanges_days: 60,
  jobs_days: 90,
};

it('is what the environment says until it is changed', async () => {
  expect(await found()).toEqual({
    name: 'retention',
    revision: 0,
    value: DEFAULTS,
    defaults: DEFAULTS,
    changed: [],
    pending: null,
    changed_by: null,
    changed_at: null,
  });
});

it('keeps more immediately, with an entry in the audit trail', async () => {
  const setting = await changed({ events_days: 730, events_days_by_source: { github: 0 } }, 'an audit');
  expect(setting).toMatchObject({
    revision: 1,
    value: { ...DEFAULTS, events_days: 730, events_days_by_source: { github: 0 } },
    changed: ['events_days', 'events_days_by_source'],
    pending: null,
    changed_by: 'Local operator',
  });
  expect(await lastEntry()).toMatchObject({
    action: 'setting.changed',
    object: { type: 'setting', id: 'retention' },
    before: { value: { events_days: 400 }, pending: null },
    after: { value: { events_days: 730, events_days_by_source: { github: 0 } }, reason: 'an audit' },
  });
});

it('keeps less after a day, and says so until then', async () => {
  const setting = await changed({ events_days: 30, findings_days: 2000 });
  expect(setting.value).toEqual({ ...DEFAULTS, findings_days: 2000 });
  expect(setting.pending!.value).toEqual({ ...DEFAULTS, events_days: 30, findings_days: 2000 });
  const [{ now }] = await gateway.database.query<[{ now: Date }]>('select now()');
  const wait = Date.parse(setting.pending!.takes_effect_at) - now.getTime();
  expect(wait).toBeGreaterThan(23.9 * HOUR_MS);
  expect(wait).toBeLessThanOrEqual(24 * HOUR_MS);

  await endGrace();
  expect(await found()).toMatchObject({
    value: { events_days: 30, findings_days: 2000 },
    changed: ['events_days', 'findings_days'],
    pending: null,
  });
  // The next change goes on from there.
  expect((await changed({ findings_days: null })).pending).toMatchObject({
    value: { events_days: 30, findings_days: 1095 },
  });
});

it('lets a change be taken back', async () => {
  const { revision } = await changed({ events_days: 3, events_days_by_source: { okta: 1 } });
  const stale = await gateway.get(`/settings/retention/pending?revision=${revision - 1}`, {
    method: 'DELETE',
  });
  expect(stale.status).toBe(409);
  const answer = await gateway.get(`/settings/retention/pending?revision=${revision}`, { method: 'DELETE' });
  expect(await answer.json()).toMatchObject({ value: DEFAULTS, pending: null, revision: revision + 1 });
  await endGrace();
  expect((await found()).value).toEqual(DEFAULTS);
  expect(await lastEntry()).toMatchObject({
    before: { pending: { events_days: 3, events_days_by_source: { okta: 1 } } },
    after: { pending: null },
  });
});

it('lets no change overwrite one that its author has not seen', async () => {
  const answers = await Promise.all(
    [500, 600, 700].map((events_days) => patch({ revision: 0, value: { events_days } })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  const refused = answers.find(({ status }) => status === 409)!;
  expect(await refused.json()).toMatchObject({ code: 'SETTINGS.CHANGED_MEANWHILE' });
  expect((await found()).revision).toBe(1);
});

it('counts no change that changes nothing', async () => {
  expect(await changed({ events_days_by_source: {} })).toMatchObject({ revision: 1 });
  expect(await changed({ events_days_by_source: {} })).toMatchObject({ revision: 1 });
});

it.each([
  [{ value: { events_days: 7 } }, 'revision'],
  [{ revision: 0 }, 'value'],
  [{ revision: 0, value: [] }, 'value'],
  [{ revision: 0, value: { events_days: -1 } }, 'value/events_days'],
  [{ revision: 0, value: { events_days: 'x'.repeat(100_000) } }, 'value/events_days'],
  [{ revision: 0, value: { event_days: 7 } }, 'value/event_days'],
  [{ revision: 0, value: { events_days_by_source: { okta: 1.5 } } }, 'value/events_days_by_source/okta'],
  [
    { revision: 0, value: { events_days_by_source: { 'a\u0000': 1 } } },
    'value/events_days_by_source/a\u0000',
  ],
])('refuses %j and names the field', async (body, pointer) => {
  const answer = await patch(body);
  expect([answer.status, await answer.json()]).toMatchObject([400, { errors: [{ pointer }] }]);
  expect((await found()).revision).toBe(0);
});

it('takes no more sources than its limit, whatever each change adds', async () => {
  const sources = (from: number, to: number) =>
    Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`source-${from + i}`, 500]));
  await changed({ events_days_by_source: sources(0, 90) });
  const answer = await patch({ revision: 1, value: { events_days_by_source: sources(90, 101) } });
  expect([answer.status, await answer.json()]).toMatchObject([
    400,
    { errors: [{ pointer: 'value/events_days_by_source' }] },
  ]);
});

it('gives a shorter time in the environment the same day of grace', async () => {
  const store = new SettingsStore(gateway.database, new SettingReader(gateway.database), new AuditTrail());
  const config = loadConfig(GatewayConfig, { EVENTS_RETENTION_DAYS: '40', FINDINGS_RETENTION_DAYS: '2000' });
  await store.setDefaults('retention', SETTING_DEFAULTS.retention(config));
  const setting = await found();
  expect(setting).toMatchObject({
    value: { events_days: 400, findings_days: 2000 },
    pending: { value: { events_days: 40, findings_days: 2000 } },
  });
  expect(await lastEntry()).toMatchObject({ actor: { type: 'system', id: 'gateway' } });
  await store.setDefaults('retention', SETTING_DEFAULTS.retention(config));
  expect((await found()).revision).toBe(setting.revision);
});

it('may be read by all and changed by admins', async () => {
  const local = await startGateway({ AUTH_MODE: 'local' });
  try {
    const analyst = await storedPerson(local, { role: 'analyst' });
    const browser = await new TestBrowser(local).signIn(analyst.email);
    expect((await browser.get('/settings/retention')).status).toBe(200);
    const answer = await browser.ask('PATCH', '/settings/retention', {
      revision: 0,
      value: { events_days: 1 },
    });
    expect(answer.status).toBe(403);
  } finally {
    await local.close();
  }
});
