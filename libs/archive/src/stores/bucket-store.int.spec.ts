import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envelopesInARow } from '@mcm/testing';
import { type BucketServer, startBucketServer } from '../../test/bucket-server.js';
import { type EventsDatabase, openEventsDatabase } from '../../test/events-database.js';
import { type ArchiveStore, BucketStore, listRuns, verifyRun, writeRun } from '../index.js';

const LIMITS = { memoryBytes: 512 * 1024 ** 2, partBytes: 16 * 1024 };
const RUN = { day: '2026-01-15', run: 1 };
const RANGE = { day: RUN.day, afterId: 0, throughId: 1000 };

let folder: string;
let server: BucketServer;
let database: EventsDatabase;
let store: ArchiveStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bucket-'));
  [server, database] = await Promise.all([startBucketServer(join(folder, 'server')), openEventsDatabase()]);
  store = storeWith();
  await database.store(envelopesInARow(150, 1000, { timestamp: '2026-01-15T08:00:00.000Z' }));
});
afterAll(async () => {
  await server.kill();
  await database.drop();
  await rm(folder, { recursive: true });
});

const storeWith = (changes: { url?: string; accessKeyId?: string; secretAccessKey?: string } = {}) =>
  new BucketStore({ ...server, region: 'us-east-1', workFolder: join(folder, 'work'), ...changes });
const write = () =>
  writeRun(store, { ...RANGE, run: 1, at: new Date(0), lines: database.lines(RANGE) }, LIMITS);

it('holds runs as a folder does', async () => {
  const { manifest, manifestSha256 } = await write();
  expect(manifest).toMatchObject({ rows: 150 });
  expect(manifest.files.length).toBeGreaterThan(1);
  await expect(listRuns(store)).resolves.toEqual([{ ...RUN, finished: true }]);
  await expect(verifyRun(store, RUN, LIMITS)).resolves.toEqual({ manifest, manifestSha256, faults: [] });
  await expect(readdir(join(folder, 'work'))).resolves.toEqual([]);
});

it('names a file that is missing', async () => {
  await write();
  const name = 'events/day=2026-01-15/run=1/0001.parquet';
  await store.remove(name);
  // Twice is no error.
  await store.remove(name);
  const { faults } = await verifyRun(store, RUN, LIMITS);
  expect(faults).toEqual([{ file: name, detail: expect.stringContaining('is missing') }]);
});

it('says that a bucket cannot be used, and never with which secret', async () => {
  const unavailable = { kind: 'unavailable', code: 'ARCHIVE.UNAVAILABLE' };
  const refused = storeWith({ accessKeyId: 'unknown', secretAccessKey: 'hunter2' });
  await expect(listRuns(refused)).rejects.toMatchObject(unavailable);
  await expect(listRuns(refused)).rejects.toThrow(/InvalidAccessKeyId/);
  await expect(listRuns(refused)).rejects.not.toThrow(/hunter2/);
  const missing = storeWith({ url: server.url.replace('events-archive', 'no-such-bucket') });
  await expect(listRuns(missing)).rejects.toMatchObject(unavailable);
});

it('says so while the server is away, and goes on when it is back', async () => {
  await server.kill();
  await expect(write()).rejects.toMatchObject({ kind: 'unavailable' });
  await expect(verifyRun(store, RUN, LIMITS)).rejects.toMatchObject({ kind: 'unavailable' });
  await server.start();
  await expect(write()).resolves.toMatchObject({ manifest: { rows: 150 } });
});
