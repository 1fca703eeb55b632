import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadArchive } from '@mcm/archive';
import { AuditTrail } from '@mcm/audit';
import { KEEP_ALL, type Retention } from '@mcm/contracts';
import { DeadLetters, SettingReader } from '@mcm/persistence';
import { createMigratedDatabase, type MigratedDatabase } from '@mcm/persistence/testing';
import { createLogger, HealthRegistry, MetricsRegistry } from '@mcm/platform';
import { PostgresJobQueue } from '@mcm/queue/drivers/postgres';
import { anEnvelope, eventually } from '@mcm/testing';
import { EventArchive } from '../archive-days/event-archive.js';
import { EventDays } from '../event-days/event-days.js';
import { IngestionConfig } from '../ingestion.config.js';
import { DeadLetterQuota } from '../keep-refused/dead-letter-quota.js';
import { EventStore } from '../record-events/event-store.js';
import { MaintainStorageWorker } from './maintain-storage.worker.js';
import { MaintenanceStore } from './maintenance-store.js';
import { RemoveDeadLettersWorker } from './remove-dead-letters.worker.js';
import { RemoveEventDays } from './remove-event-days.js';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-03-31T12:00:00.000Z');
const logger = createLogger({ service: 'maintain-storage-test', level: 'silent' });

let database: MigratedDatabase;
let now: number;
let open: (() => Promise<void>)[];
beforeEach(async () => {
  now = NOW;
  open = [];
  database = await createMigratedDatabase();
  // What other services remove: none of them runs here.
  await keep({ events_days: 30 });
});
afterEach(async () => {
  for (const close of open.reverse()) await close();
  await database.drop();
});

async function aProcess(archiveFolder: string | null = null) {
  const queue = await PostgresJobQueue.open({ connection: { connectionString: database.url }, log: logger });
  open.push(() => queue.close());
  const health = new HealthRegistry();
  const metrics = new MetricsRegistry();
  const clock = { now: () => now };
  const { dataSource } = database;
  const days = new EventDays(dataSource, clock, new IngestionConfig());
  const store = new MaintenanceStore(dataSource, new SettingReader(dataSource));
  const trail = new AuditTrail();
  const archive = new EventArchive(
    loadArchive(archiveFolder === null ? {} : { ARCHIVE_DIR: archiveFolder }),
    dataSource,
    trail,
    clock,
    logger,
    metrics,
    health,
  );
  const events = new RemoveEventDays(dataSource, days, archive, store, trail, logger);
  const worker = new MaintainStorageWorker(queue, clock, logger, store, events, metrics, health);
  const letters = new RemoveDeadLettersWorker(new DeadLetters(dataSource), new DeadLetterQuota(dataSource));
  await queue.work('maintain-storage', (job) => worker.maintain(job));
  await queue.work('remove-dead-letters', (job) => letters.remove(job));
  const run = async () => {
    const id = await queue.enqueue('maintain-storage', {}, { id: 'maintain' });
    return queue.waitFor('maintain-storage', id, { timeoutMs: 60_000 });
  };
  return { queue, worker, run, health, metrics, days };
}

async function keep(retention: Partial<Retention>): Promise<void> {
  await database.dataSource.query(
    `insert into settings (name, defaults) values ('retention', $1)
     on conflict (name) do update set defaults = excluded.defaults, stored = '{}'`,
    [JSON.stringify({ ...KEEP_ALL, ...retention })],
  );
}

const hold = (sources: string[] | null, from: string, to: string) =>
  database.dataSource.query(
    `insert into legal_holds (id, sources, from_day, to_day, reason, created_by)
     values (gen_random_uuid(), $1, $2, $3, 'Case 17', 'a test')`,
    [sources, from, to],
  );

/** Stores an event of each source on each day. */
async function storeEventsOn(days: readonly string[], sources = ['github', 'okta']): Promise<void> {
  const events = days.flatMap((day) =>
    sources.map((source) => anEnvelope({ source, timestamp: `${day}T10:00:00.000Z` })),
  );
  await new EventStore(database.dataSource).recordBatch(events);
}

const left = async () => {
  const rows = await database.dataSource.query<{ line: string }[]>(
    `select to_char("timestamp", 'YYYY-MM-DD') || ' ' || string_agg(source, ' ' order by source) as line
       from events group by "timestamp" order by "timestamp"`,
  );
  return rows.map(({ line }) => line);
};

it('removes days whose time is over, with an entry in the audit trail for each', async () => {
  await storeEventsOn(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-30']);
  const { run, days, metrics } = await aProcess();
  await days.make('2026-02-28');
  expect(await run()).toMatchObject({
    retention_time: new Date(NOW).toISOString(),
    days: [
      { day: '2026-02-27', events: 2, kept_sources: null },
      { day: '2026-02-28', events: 2, kept_sources: null },
    ],
    held_days: 0,
    more: false,
    faults: [],
  });
  expect(await left()).toEqual(['2026-03-01 github okta', '2026-03-30 github okta']);
  const entries = await database.dataSource.query(
    `select action, object_id, actor_id from audit.entries order by seq`,
  );
  expect(entries).toEqual(
    ['2026-02-27', '2026-02-28'].map((object_id) => ({
      action: 'events.removed',
      object_id,
      actor_id: 'ingestion',
    })),
  );
  expect(await metrics.text()).toContain('mcm_storage_removed_total{kind="events"} 4');
  expect((await run()).days).toEqual([]);
});

it('keeps what a legal hold names until it is released, and sources with a time of their own', async () => {
  await keep({ events_days: 30, events_days_by_source: { okta: 60, slack: 10 } });
  await storeEventsOn(
    ['2026-01-10', '2026-02-10', '2026-02-11', '2026-02-12', '2026-03-15'],
    ['github', 'okta', 'slack'],
  );
  await hold(['github'], '2026-02-11', '2026-02-11');
  await hold(null, '2026-02-12', '2026-02-12');
  const { run } = await aProcess();
  expect(await run()).toMatchObject({
    days: [
      { day: '2026-01-10', kept_sources: null },
      { day: '2026-02-10', kept_sources: ['okta'], events: 2 },
      { day: '2026-02-11', kept_sources: ['github', 'okta'], events: 1 },
      { day: '2026-03-15', kept_sources: ['github', 'okta'], events: 1 },
    ],
    held_days: 1,
  });
  expect(await left()).toEqual([
    '2026-02-10 okta',
    '2026-02-11 github okta',
    '2026-02-12 github okta slack',
    '2026-03-15 github okta',
  ]);
  expect((await run()).days).toEqual([]);

  await database.dataSource.query('update legal_holds set released_at = now()');
  await run();
  expect(await left()).toEqual([
    '2026-02-10 okta',
    '2026-02-11 okta',
    '2026-02-12 okta',
    '2026-03-15 github okta',
  ]);
});

it('removes nothing before a gateway has said what is kept', async () => {
  await database.dataSource.query('delete from settings');
  await storeEventsOn(['2010-01-01']);
  const { run } = await aProcess();
  expect((await run()).days).toEqual([]);
});

it('removes no month of events when the clock jumps ahead by a month', async () => {
  const days = Array.from({ length: 31 }, (_, i) => new Date(NOW - i * DAY_MS).toISOString().slice(0, 10));
  await storeEventsOn(days);
  const { run, health } = await aProcess();
  await run();
  expect(await left()).toHaveLength(31);
  now += 31 * DAY_MS;
  const { retention_time } = await run();
  expect(Date.parse(retention_time)).toBe(NOW + 7_200_000);
  expect(await left()).toHaveLength(31);
  expect(await health.of('retention')).toMatchObject({
    status: 'degraded',
    detail: expect.stringContaining('behind the clock'),
  });
  now = NOW + 7_200_000;
  await run();
  expect((await health.of('retention')).status).toBe('up');
});

it('lets a change that waits have its day also when the clock jumps', async () => {
  await storeEventsOn(['2026-03-10']);
  await database.dataSource.query(
    `update settings set pending = '{"events_days": 7}', takes_effect_at = $1 where name = 'retention'`,
    [new Date(NOW + DAY_MS)],
  );
  const { run } = await aProcess();
  await run();
  now += 3 * DAY_MS;
  await run();
  expect(await left()).toHaveLength(1);
  for (let hour = 0; hour < 12; hour += 1) {
    now += 3_600_000;
    await run();
  }
  expect(await left()).toHaveLength(0);
});

it('is done by one of two processes', async () => {
  await storeEventsOn(['2026-02-01', '2026-02-02', '2026-02-03']);
  const processes = [await aProcess(), await aProcess()];
  for (const { worker } of processes) worker.onApplicationBootstrap();
  await eventually(async () => (await left()).length === 0);
  for (const { worker } of processes) worker.onApplicationShutdown();
  const entries = await database.dataSource.query(
    `select from audit.entries where action = 'events.removed'`,
  );
  expect(entries).toHaveLength(3);
});

it('goes on after a process that was killed between the entry and the removal', async () => {
  await storeEventsOn(['2026-02-01']);
  const { run } = await aProcess();
  const { dataSource } = database;
  const origin = {
    actor: { type: 'system', id: 'ingestion', name: 'ingestion' },
    address: null,
    requestId: null,
  } as const;
  await dataSource.transaction((manager) =>
    new AuditTrail().append(manager, {
      origin,
      action: 'events.removed',
      object: { type: 'event_day', id: '2026-02-01', name: null },
    }),
  );
  expect((await run()).days).toHaveLength(1);
  expect(await left()).toEqual([]);
});

it('leaves a hold that is created meanwhile its day', async () => {
  await storeEventsOn(['2026-02-01']);
  const { run } = await aProcess();
  // The removal waits for this transaction, which creates the hold.
  await database.dataSource.transaction(async (manager) => {
    await manager.query(
      `insert into legal_holds (id, reason, created_by) values (gen_random_uuid(), 'Case 18', 'a test')`,
    );
    const running = run();
    await eventually(async () => {
      const waiting = await manager.query<unknown[]>(
        `select from pg_locks where relation = 'legal_holds'::regclass and not granted`,
      );
      return waiting.length === 1;
    });
    open.push(async () => void (await running));
  });
  await eventually(
    async () =>
      (await database.dataSource.query('select from storage_maintenance where ended_at is not null'))
        .length === 1,
  );
  expect(await left()).toHaveLength(1);
});

it('names what its owner could not remove', async () => {
  await keep({ dead_letters_days: 30 });
  const { run, health, queue } = await aProcess();
  await run();
  expect((await health.of('retention')).status).toBe('up');
  await database.dataSource.query('alter table dead_letters rename to away');
  const report = await run();
  expect(report.faults).toEqual([expect.stringContaining('dead_letters: ')]);
  expect(await health.of('retention')).toMatchObject({ status: 'degraded' });
  await queue.close();
});

it('archives a day before it is removed, and removes none that cannot be archived', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'maintain-storage-'));
  open.push(() => rm(folder, { recursive: true }));
  await storeEventsOn(['2026-02-01']);
  // A file is in the way of the folder.
  await writeFile(join(folder, 'archive'), '');
  const { run, health } = await aProcess(join(folder, 'archive'));
  expect(await run()).toMatchObject({
    days: [],
    faults: [expect.stringContaining('events of 2026-02-01: ')],
  });
  expect(await left()).toHaveLength(1);
  expect(await health.of('archive')).toMatchObject({ status: 'degraded' });
  expect(await health.of('retention')).toMatchObject({ status: 'degraded' });

  await rm(join(folder, 'archive'));
  expect(await run()).toMatchObject({ days: [{ day: '2026-02-01', events: 2 }], faults: [] });
  expect(await left()).toEqual([]);
  const runs = await database.dataSource.query('select rows::int from archived_runs');
  expect(runs).toEqual([{ rows: 2 }]);
  expect((await health.of('retention')).status).toBe('up');
});
