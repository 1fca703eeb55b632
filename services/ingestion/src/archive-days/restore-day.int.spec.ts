import { mkdtemp, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Archive, FolderStore } from '@mcm/archive';
import { AuditTrail } from '@mcm/audit';
import { COLUMN_NAMES } from '@mcm/archive';
import { createDataSource, type DataSource, EVENT, grantApplication } from '@mcm/persistence';
import {
  compareCounts,
  createMigratedDatabase,
  type MigratedDatabase,
  storedRows,
} from '@mcm/persistence/testing';
import { createLogger, HealthRegistry, MetricsRegistry } from '@mcm/platform';
import { anEnvelope, applicationRole, envelopesInARow, FakeClock } from '@mcm/testing';
import { EventDays } from '../event-days/event-days.js';
import { IngestionConfig } from '../ingestion.config.js';
import { EventStore } from '../record-events/event-store.js';
import { EventArchive } from './event-archive.js';
import { restoreDay } from './restore-day.js';

const DAY = '2026-01-15';
const clock = new FakeClock('2026-03-01T00:00:00.000Z');

let database: MigratedDatabase;
let services: DataSource;
let store: EventStore;
let days: EventDays;
let root: string;
let archive: Archive;
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
    applicationName: 'restore-test',
  }).initialize();
  store = new EventStore(services);
  days = new EventDays(services, clock, new IngestionConfig());
});
afterAll(async () => {
  await services.destroy();
  await database.drop();
});
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'restore-'));
  const limits = { memoryBytes: 512 * 1024 ** 2, partBytes: 16 * 1024 };
  archive = { store: new FolderStore(root), limits, afterDays: 0 };
  const logger = createLogger({ service: 'test', level: 'silent' });
  const health = new HealthRegistry();
  events = new EventArchive(
    archive,
    services,
    new AuditTrail(),
    clock,
    logger,
    new MetricsRegistry(),
    health,
  );
  await days.make(DAY);
});
afterEach(async () => {
  const { kept, actual } = await compareCounts(database.dataSource);
  expect(kept).toEqual(actual);
  await days.drop(DAY);
  await database.dataSource.query('truncate event_daily_counts, archived_runs, untimed_events');
  await rm(root, { recursive: true });
});

const rows = () => storedRows(database.dataSource, 'events', EVENT);
const restore = () => restoreDay(archive, services, days, DAY);
const batch = (count: number, time = '08:00:00') =>
  envelopesInARow(count, 1000, {
    timestamp: `${DAY}T${time}.000Z`,
    user: 'Zoë\t"x" \\ \n',
    raw_data: { deep: [{ 'a.b': '\u0001\\u0000 🙂' }], big: 9_007_199_254_740_991, none: null },
  });

it('archives every column of an event', () => {
  expect([...COLUMN_NAMES].sort()).toEqual(Object.keys(EVENT).sort());
});

it('puts a dropped day back as it was, and changes nothing when it is done again', async () => {
  await store.recordBatch(batch(300));
  await events.archiveDay(DAY);
  await store.recordBatch(batch(5, '07:00:00'));
  await events.archiveDay(DAY);
  const before = await rows();
  await days.drop(DAY);
  await expect(rows()).resolves.toEqual([]);

  await expect(restore()).resolves.toEqual({ archived: 305, restored: 305 });

  await expect(rows()).resolves.toEqual(before);
  const [day] = await database.dataSource.query<{ state: string; restored: boolean }[]>(
    `select state, restored_at is not null as restored from event_days where day = '${DAY}'`,
  );
  expect(day).toEqual({ state: 'open', restored: true });
  await expect(restore()).resolves.toEqual({ archived: 305, restored: 0 });
  await expect(rows()).resolves.toEqual(before);
  // What is back is archived already.
  await expect(events.archiveDay(DAY)).resolves.toHaveLength(2);
});

it('adds to what is there, and leaves an event that came again as it is', async () => {
  const first = batch(100);
  await store.recordBatch(first);
  await events.archiveDay(DAY);
  await days.drop(DAY);
  await store.recordBatch([first[3]!, anEnvelope({ timestamp: `${DAY}T20:00:00.000Z` })]);
  const before = await rows();

  await expect(restore()).resolves.toEqual({ archived: 100, restored: 99 });

  const after = await rows();
  expect(after).toHaveLength(101);
  expect(after).toEqual(expect.arrayContaining(before));
});

it('adds what a killed restore has not', async () => {
  await store.recordBatch(batch(100));
  await events.archiveDay(DAY);
  await days.keepOnly(DAY, ['api']);
  await database.dataSource.query('delete from events where id % 2 = 0');
  await database.dataSource.query('update event_daily_counts set count = (select count(*) from events)');
  await expect(restore()).resolves.toEqual({ archived: 100, restored: 50 });
});

describe('refuses, and writes nothing,', () => {
  const file = (name: string) => join(root, `events/day=${DAY}/run=1`, name);
  beforeEach(async () => {
    await store.recordBatch(batch(200));
    await events.archiveDay(DAY);
    await days.drop(DAY);
  });
  afterEach(async () => {
    await expect(rows()).resolves.toEqual([]);
  });
  const damaged = (what: string) => ({ code: 'ARCHIVE.DAMAGED', message: expect.stringContaining(what) });

  it('a damaged file, which it names', async () => {
    const bytes = await readFile(file('0002.parquet'));
    bytes[100]! ^= 1;
    await writeFile(file('0002.parquet'), bytes);
    await expect(restore()).rejects.toMatchObject(damaged('run=1/0002.parquet'));
  });

  it('a run whose manifest is gone', async () => {
    await unlink(file('manifest.json'));
    await expect(restore()).rejects.toMatchObject(damaged('manifest.json'));
  });

  it('a manifest that was written by another hand, whatever it says of its files', async () => {
    const manifest = await readFile(file('manifest.json'), 'utf8');
    await writeFile(file('manifest.json'), manifest.replace('"archived_at": "2026', '"archived_at": "2025'));
    await expect(restore()).rejects.toMatchObject(damaged('not one that this installation wrote'));
  });

  it('a day that is not in the archive', async () => {
    await expect(restoreDay(archive, services, days, '2026-02-30')).rejects.toMatchObject({
      code: 'ARCHIVE.INVALID_DAY',
    });
    await expect(restoreDay(archive, services, days, '2026-01-16')).rejects.toMatchObject({
      code: 'ARCHIVE.DAY_MISSING',
    });
  });
});
