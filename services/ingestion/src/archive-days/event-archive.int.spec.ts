import { mkdir, mkdtemp, readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Archive, FolderStore, listRuns, verifyRun } from '@mcm/archive';
import { AuditReader, AuditTrail, readableEntry } from '@mcm/audit';
import { ADVISORY_LOCKS } from '@mcm/contracts';
import { createLogger, HealthRegistry, MetricsRegistry } from '@mcm/platform';
import { createDataSource, type DataSource, grantApplication } from '@mcm/persistence';
import { createMigratedDatabase, type MigratedDatabase } from '@mcm/persistence/testing';
import { anEnvelope, applicationRole, envelopesInARow, eventually, FakeClock } from '@mcm/testing';
import { EventStore } from '../record-events/event-store.js';
import { unarchivedDays } from './archived-runs.js';
import { EventArchive } from './event-archive.js';
import { settledId } from './settled-id.js';

const DAY = '2026-01-15';
const at = (time: string) => `${DAY}T${time}.000Z`;

let database: MigratedDatabase;
let services: DataSource;
let store: EventStore;
let root: string;
let archive: Archive;
let health: HealthRegistry;
let metrics: MetricsRegistry;
let events: EventArchive;
beforeAll(async () => {
  database = await createMigratedDatabase();
  // The services log in as a role that owns nothing.
  const login = { role: applicationRole(database.url), password: 'services' };
  await grantApplication(database.dataSource, login);
  const url = Object.assign(new URL(database.url), { username: login.role, password: login.password });
  services = await createDataSource({
    url: url.href,
    poolSize: 8,
    applicationName: 'archive-test',
  }).initialize();
  store = new EventStore(services);
});
afterAll(async () => {
  await services.destroy();
  await database.drop();
});
beforeEach(async () => {
  await database.dataSource.query('truncate events, event_daily_counts, archived_runs');
  root = await mkdtemp(join(tmpdir(), 'event-archive-'));
  archive = {
    store: new FolderStore(root),
    limits: { memoryBytes: 512 * 1024 ** 2, partBytes: 64 * 1024 },
    afterDays: 30,
  };
  health = new HealthRegistry();
  metrics = new MetricsRegistry();
  events = archiveOf(archive);
});
afterEach(() => rm(root, { recursive: true }));

function archiveOf(configured: Archive | null): EventArchive {
  return new EventArchive(
    configured,
    services,
    new AuditTrail(),
    new FakeClock(Date.parse('2026-03-01T00:00:00.000Z')),
    createLogger({ service: 'test', level: 'silent' }),
    metrics,
    health,
  );
}

const verified = (run: number) => verifyRun(archive.store, { day: DAY, run }, archive.limits);

it('archives a day, once, and says so in the audit trail', async () => {
  await store.recordBatch(envelopesInARow(500, 60_000, { timestamp: at('01:00:00') }));

  const [run] = (await events.archiveDay(DAY))!;

  const { manifest, manifestSha256, faults } = await verified(1);
  expect(faults).toEqual([]);
  expect(run).toEqual({
    day: DAY,
    run: 1,
    location: root,
    manifestSha256,
    throughId: manifest!.through_id,
    rows: 500,
    bytes: expect.any(Number),
    archivedAt: '2026-03-01T00:00:00.000Z',
  });
  const reader = new AuditReader(services);
  const { size } = await reader.head();
  const entries: unknown[] = [];
  for await (const page of reader.pages(size - 1, size)) entries.push(...page.map(readableEntry));
  expect(entries).toEqual([
    expect.objectContaining({
      action: 'events.archived',
      object: { type: 'event_day', id: DAY, name: null },
      after: { run: 1, location: root, manifest_sha256: manifestSha256, rows: 500, bytes: run!.bytes },
    }),
  ]);

  await expect(events.archiveDay(DAY)).resolves.toEqual([run]);
  await expect(reader.head()).resolves.toMatchObject({ size });
  expect(await metrics.text()).toContain('mcm_archived_events_total 500');
});

it('writes what came after it to a further run, and changes nothing of the first', async () => {
  await store.recordBatch(envelopesInARow(10, 1000, { timestamp: at('01:00:00') }));
  await events.archiveDay(DAY);
  const before = await verified(1);
  // Events that are removed meanwhile stay in the archive.
  await database.dataSource.query('delete from events where id <= (select min(id) + 4 from events)');
  await store.recordBatch(envelopesInARow(3, 1000, { timestamp: at('00:30:00') }));

  const runs = await events.archiveDay(DAY);

  expect(runs).toMatchObject([
    { run: 1, rows: 10 },
    { run: 2, rows: 3 },
  ]);
  await expect(verified(1)).resolves.toEqual(before);
  await expect(verified(2)).resolves.toMatchObject({
    faults: [],
    manifest: { after_id: runs![0]!.throughId },
  });
});

it('leaves no event out that is written while it archives', async () => {
  await store.recordBatch(envelopesInARow(2000, 10, { timestamp: at('01:00:00') }));
  let isOver = false;
  const writing = Promise.all(
    [1, 2, 3].map(async () => {
      while (!isOver) await store.recordBatch(envelopesInARow(20, 1000, { timestamp: at('02:00:00') }));
    }),
  );
  await events.archiveDay(DAY);
  await events.archiveDay(DAY);
  isOver = true;
  await writing;
  const runs = (await events.archiveDay(DAY))!;

  const [row] = await database.dataSource.query<{ count: number }[]>(
    'select count(*)::int as count from events',
  );
  expect(runs.reduce((sum, { rows }) => sum + rows, 0)).toBe(row!.count);
});

it('waits for those who are writing before it says up to which id all is written', async () => {
  const writer = database.dataSource.createQueryRunner();
  await writer.startTransaction();
  await writer.query(
    `insert into events (uid, source, event_id, event_type, "user", "timestamp", received_at, correlation_id, raw_data)
     values (gen_random_uuid(), 's', 'e', 't', 'u', '2026-01-15Z', now(), 'c', '{}')`,
  );
  let settled: number | null = null;
  const settling = settledId(services).then((id) => (settled = id));
  await eventually(async () => {
    const [row] = await database.dataSource.query<{ waits: boolean }[]>(
      `select exists (select from pg_locks where mode = 'ShareLock' and not granted) as waits`,
    );
    return row!.waits;
  });
  expect(settled).toBeNull();
  await writer.commitTransaction();
  await writer.release();
  const [row] = await database.dataSource.query<{ id: number }[]>('select max(id)::int as id from events');
  await expect(settling).resolves.toBe(row!.id);
});

it('archives nothing where no archive is configured', async () => {
  await store.recordBatch([anEnvelope({ timestamp: at('01:00:00') })]);
  await expect(archiveOf(null).archiveDay(DAY)).resolves.toBeNull();
});

it('has nothing to archive of a day without events', async () => {
  await expect(events.archiveDay(DAY)).resolves.toEqual([]);
  await expect(listRuns(archive.store)).resolves.toEqual([]);
  await expect(events.archiveDay('2026-02-30')).rejects.toMatchObject({ code: 'ARCHIVE.INVALID_DAY' });
});

it('says in health that a day stays while the archive cannot be used', async () => {
  await store.recordBatch([anEnvelope({ timestamp: at('01:00:00') })]);
  // A file is where the folder of the day has to be.
  await mkdir(join(root, 'events'));
  await writeFile(join(root, 'events', `day=${DAY}`), '');
  await expect(events.archiveDay(DAY)).rejects.toMatchObject({ kind: 'unavailable' });
  await expect(health.of('archive')).resolves.toEqual({
    status: 'degraded',
    detail: expect.stringMatching(/^2026-01-15 could not be archived, so it is not dropped: The archive in/),
  });
  expect(await metrics.text()).toContain('mcm_archive_failures_total 1');

  await unlink(join(root, 'events', `day=${DAY}`));
  await expect(events.archiveDay(DAY)).resolves.toMatchObject([{ run: 1 }]);
  await expect(health.of('archive')).resolves.toEqual({ status: 'up' });
});

it('leaves the archive to one process at a time', async () => {
  await store.recordBatch([anEnvelope({ timestamp: at('01:00:00') })]);
  const other = services.createQueryRunner();
  await other.query('select pg_advisory_lock($1)', [ADVISORY_LOCKS.archive]);
  await expect(events.archiveDay(DAY)).rejects.toMatchObject({ code: 'ARCHIVE.BUSY' });
  await other.query('select pg_advisory_unlock($1)', [ADVISORY_LOCKS.archive]);
  await other.release();
  await expect(events.archiveDay(DAY)).resolves.toMatchObject([{ rows: 1 }]);
});

it('overwrites a run that is in the archive and not in the database', async () => {
  await store.recordBatch(envelopesInARow(100, 1000, { timestamp: at('01:00:00') }));
  await events.archiveDay(DAY);
  // As after a kill between the two.
  await database.dataSource.query('truncate archived_runs');
  await store.recordBatch([anEnvelope({ timestamp: at('02:00:00') })]);
  await expect(events.archiveDay(DAY)).resolves.toMatchObject([{ run: 1, rows: 101 }]);
  await expect(verified(1)).resolves.toMatchObject({ faults: [], manifest: { rows: 101 } });
  await expect(readdir(join(root, '.work'))).resolves.toEqual([]);
});

it('finds the days that are to be archived', async () => {
  await store.recordBatch(
    ['2026-01-10', '2026-01-11', '2026-01-12'].map((day) =>
      anEnvelope({ timestamp: `${day}T08:00:00.000Z` }),
    ),
  );
  await events.archiveDay('2026-01-10');
  await expect(unarchivedDays(services, '2026-01-12')).resolves.toEqual(['2026-01-11']);
});
