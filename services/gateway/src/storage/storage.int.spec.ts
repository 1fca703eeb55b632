import { storeEvents } from '@mcm/persistence/testing';
import { anEnvelope } from '@mcm/testing';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import { storeFinding } from '../../test/stored-rows.js';
import type { DryRunDto } from './dry-run.dto.js';
import type { StorageDto } from './storage.dto.js';

const DAY_MS = 86_400_000;
const day = (before: number) => new Date(Date.now() - before * DAY_MS).toISOString().slice(0, 10);

let gateway: RunningGateway;
beforeEach(async () => {
  gateway = await startGateway({ DISK_SIZE_GB: '1' });
});
afterEach(() => gateway.close());

const storage = async () => (await (await gateway.get('/storage')).json()) as StorageDto;
const eventsOn = (...days: number[]) =>
  storeEvents(
    gateway.database,
    days.map((before) => anEnvelope({ timestamp: `${day(before)}T00:00:01.000Z` })),
  );
const dryRun = async (value: object) => {
  const answer = await gateway.post('/storage/dry-run', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ value }),
  });
  return { status: answer.status, body: (await answer.json()) as DryRunDto };
};

it('knows a database without data', async () => {
  const empty = await storage();
  expect(empty).toMatchObject({ growth: null, days_until_full: null, holds: 0, maintenance: null });
  expect(empty.kinds.map((each) => each.kind)).toEqual([
    'events',
    'findings',
    'dead_letters',
    'ai_exchanges',
    'jobs',
    'audit',
    'other',
  ]);
  expect(empty.kinds[0]).toMatchObject({
    rows: 0,
    rows_exact: true,
    kept_days: 400,
    oldest_day: null,
    months: [],
  });
});

it('knows rows by month, growth and the disk, without reading a row', async () => {
  await eventsOn(40, 3, 2, 1, 1, 1, 1);
  await storeFinding(gateway.database, { created_at: `${day(2)}T10:00:00.000Z` });
  gateway.disk.seen = { size: 10_000_000_000, free: 5_000_000_000, reserve: 1_000_000_000 };
  await gateway.database.query('alter table findings rename to hidden_findings');
  const { kinds, growth, disk, database_bytes, days_until_full } = await storage();
  expect(kinds[0]).toMatchObject({ kind: 'events', rows: 7, rows_exact: true, oldest_day: day(40) });
  expect(kinds[0]!.bytes).toBeGreaterThan(0);
  expect(kinds[0]!.months.reduce((total, { rows }) => total + rows, 0)).toBe(7);
  expect(growth).toMatchObject({ events: 1, bytes_removed: 0 });
  expect(disk).toEqual({
    size_bytes: 10_000_000_000,
    free_bytes: 5_000_000_000,
    reserve_bytes: 1_000_000_000,
    basis: 'measured',
  });
  expect(days_until_full).toBe(Math.floor(4_000_000_000 / growth!.bytes_added));
  expect(database_bytes).toBeGreaterThan(1_000_000);
});

it('estimates the disk from its size, and says what is missing where that is not known', async () => {
  const { disk, database_bytes } = await storage();
  expect(disk).toEqual({
    size_bytes: 1e9,
    free_bytes: 1e9 - database_bytes,
    reserve_bytes: 0,
    basis: 'setting',
  });
  const other = await startGateway();
  try {
    expect(await (await other.get('/storage')).json()).toMatchObject({
      disk: null,
      disk_unknown: expect.stringContaining('DISK_SIZE_GB'),
    });
  } finally {
    await other.close();
  }
});

it('warns a week before the disk is full, in health and as a metric', async () => {
  await eventsOn(1);
  gateway.disk.seen = { size: 1e9, free: 1_000, reserve: 0 };
  await storage();
  expect(await gateway.health.of('storage')).toMatchObject({
    status: 'degraded',
    detail: expect.stringContaining('full in 0 days'),
  });
  const metrics = await (await gateway.get('/metrics')).text();
  expect(metrics).toContain('mcm_storage_days_until_full 0');
  expect(metrics).toContain('mcm_storage_rows{kind="events"} 1');
});

it('says what would go with a change, and changes nothing', async () => {
  await eventsOn(100, 41, 40, 39, 1);
  await storeFinding(gateway.database, { created_at: `${day(50)}T10:00:00.000Z` });
  await gateway.post('/storage/holds', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'x', from: day(100), to: day(100) }),
  });
  const { status, body } = await dryRun({ events_days: 40, findings_days: 30 });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    value: { events_days: 40, findings_days: 30, dead_letters_days: 30 },
    days: [{ day: day(41), events: 1, partly: false }],
    events: 1,
    held_days: 1,
  });
  expect(body.rows[0]).toEqual({ kind: 'findings', rows: 1, exact: true });
  const sources = await dryRun({ events_days_by_source: { anywhere: 5 } });
  expect(sources.body.days.map(({ partly }) => partly)).toEqual([true, true, true]);
  const setting = await (await gateway.get('/settings/retention')).json();
  expect(setting).toMatchObject({ revision: 0, pending: null });
  expect((await dryRun({ events_days: -1 })).status).toBe(400);
});
