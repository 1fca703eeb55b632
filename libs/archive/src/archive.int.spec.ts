import { execFile } from 'node:child_process';
import {
  appendFile,
  cp,
  mkdtemp,
  readdir,
  readFile,
  rm,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { anEnvelope, effort, envelopesInARow } from '@mcm/testing';
import fc from 'fast-check';
import { type EventsDatabase, inPieces, openEventsDatabase } from '../test/events-database.js';
import { type ArchiveLimits, FolderStore, listRuns, type Manifest, verifyRun, writeRun } from './index.js';

const DAY = '2026-01-15';
const RUN = { day: DAY, run: 1 };
const RANGE = { day: DAY, afterId: 0, throughId: 1_000_000 };
const LIMITS: ArchiveLimits = { memoryBytes: 512 * 1024 ** 2, partBytes: 16 * 1024 };
const AT = new Date('2026-02-01T00:00:00.000Z');

let database: EventsDatabase;
let root: string;
let store: FolderStore;
beforeAll(async () => {
  database = await openEventsDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.query('truncate events restart identity');
  root = await mkdtemp(join(tmpdir(), 'archive-'));
  store = new FolderStore(root);
});
afterEach(() => rm(root, { recursive: true }));

const write = (limits = LIMITS, lines = database.lines(RANGE)) =>
  writeRun(store, { ...RANGE, run: 1, at: AT, lines }, limits);
const path = (file: string) => join(root, `events/day=${DAY}/run=1`, file);
const faults = async () => (await verifyRun(store, RUN, LIMITS)).faults;

it('writes the events of a day to files that hold what the table holds', async () => {
  await database.store([
    ...envelopesInARow(300, 60_000, { timestamp: `${DAY}T00:00:00.000Z` }),
    anEnvelope({ timestamp: '2026-01-14T23:59:59.999Z' }),
    anEnvelope({ timestamp: '2026-01-16T00:00:00.000Z' }),
  ]);

  const { manifest, manifestSha256, bytes } = await write();

  expect(manifest).toEqual<Manifest>({
    format: 1,
    day: DAY,
    run: 1,
    after_id: 0,
    through_id: 1_000_000,
    rows: 300,
    first_time: '2026-01-15T00:00:00.000Z',
    last_time: '2026-01-15T04:59:00.000Z',
    root: expect.stringMatching(/^[0-9a-f]{64}$/),
    files: expect.any(Array),
    archived_at: AT.toISOString(),
  });
  expect(manifest.files.length).toBeGreaterThan(3);
  expect(bytes).toBe(manifest.files.reduce((sum, file) => sum + file.bytes, 0));
  await expect(verifyRun(store, RUN, LIMITS)).resolves.toEqual({ manifest, manifestSha256, faults: [] });
  await expect(listRuns(store)).resolves.toEqual([{ ...RUN, finished: true }]);
  // Nothing is left of the making.
  await expect(readdir(join(root, '.work'))).resolves.toEqual([]);
});

it('writes a day without events', async () => {
  const { manifest } = await write();
  expect(manifest).toMatchObject({ rows: 0, first_time: null, last_time: null, files: [] });
  // RFC 6962, section 2.1: the hash of an empty list is the hash of an empty text.
  expect(manifest.root).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  await expect(faults()).resolves.toEqual([]);
});

it('keeps whatever PostgreSQL can hold, byte for byte, however it arrives', async () => {
  const text = fc
    .string({ unit: 'binary', maxLength: 40 })
    .map((s) => s.replaceAll('\0', '') || '"\\.\n\t\r,');
  const event = fc.record({
    user: text,
    type: text,
    key: text,
    value: fc.jsonValue(),
    ms: fc.nat(86_399_999),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 700 }),
      async (events, size) => {
        await database.query('truncate events restart identity');
        await database.store(
          events.map(({ user, type, key, value, ms }) =>
            anEnvelope({
              user,
              event_type: type,
              timestamp: new Date(Date.parse(DAY) + ms).toISOString(),
              raw_data: JSON.parse(JSON.stringify({ [key]: value }).replaceAll('\\u0000', '')),
            }),
          ),
        );
        // That PostgreSQL and DuckDB come to the same hash of each event is checked while it is written.
        const { manifest } = await write(LIMITS, inPieces(database.lines(RANGE), size));
        expect(manifest.rows).toBe(events.length);
      },
    ),
    { numRuns: effort(15) },
  );
});

it('archives an event of many megabytes', async () => {
  await database.store([
    anEnvelope({ timestamp: `${DAY}T10:00:00.000Z`, raw_data: { blob: '\\"ü'.repeat(4_000_000) } }),
  ]);
  await expect(write()).resolves.toMatchObject({ manifest: { rows: 1 } });
  await expect(faults()).resolves.toEqual([]);
});

it('keeps the order of many events', async () => {
  await database.query(
    `insert into events (uid, source, event_id, event_type, "user", "timestamp", received_at, correlation_id, raw_data)
     select gen_random_uuid(), 's', n::text, 't', 'u', '2026-01-15Z'::timestamptz + n * interval '1 ms', now(), 'c', '{}'
       from generate_series(1, 60000) n`,
  );
  // One file with several groups of rows, which several threads read.
  const { manifest } = await write({ ...LIMITS, partBytes: 1024 ** 3 });
  expect(manifest).toMatchObject({ rows: 60_000, files: [{ rows: 60_000 }] });
});

it('overwrites what a killed try has left', async () => {
  await database.store(envelopesInARow(200, 1000, { timestamp: `${DAY}T08:00:00.000Z` }));
  await write();
  await unlink(path('manifest.json'));
  await writeFile(path('0099.parquet'), 'half a file');
  await expect(listRuns(store)).resolves.toEqual([{ ...RUN, finished: false }]);

  await write();

  await expect(faults()).resolves.toEqual([]);
  await expect(readdir(path(''))).resolves.not.toContain('0099.parquet');
});

it('leaves no manifest behind when the events end with an error', async () => {
  await database.store(envelopesInARow(200, 1000, { timestamp: `${DAY}T08:00:00.000Z` }));
  async function* broken() {
    yield* database.lines(RANGE);
    throw new Error('connection lost');
  }
  await expect(write(LIMITS, broken())).rejects.toThrow('connection lost');
  await expect(listRuns(store)).resolves.toEqual([{ ...RUN, finished: false }]);
  await expect(readdir(join(root, '.work'))).resolves.toEqual([]);
});

it('refuses events that do not have the hash that came with them', async () => {
  await database.store([anEnvelope({ timestamp: `${DAY}T10:00:00.000Z`, user: 'mallory' })]);
  async function* altered() {
    for await (const chunk of database.lines(RANGE))
      yield Buffer.from(String(chunk).replace('mallory', 'malaury'));
  }
  await expect(write(LIMITS, altered())).rejects.toMatchObject({ code: 'ARCHIVE.CONTENT_DIFFERS' });
  await expect(listRuns(store)).resolves.toEqual([{ ...RUN, finished: false }]);
});

describe('a damaged archive', () => {
  let manifest: Manifest;
  beforeEach(async () => {
    await database.store(envelopesInARow(200, 1000, { timestamp: `${DAY}T08:00:00.000Z` }));
    ({ manifest } = await write());
  });
  const saying = (file: string, detail: string) => [
    { file: `events/day=${DAY}/run=1/${file}`, detail: expect.stringContaining(detail) },
  ];
  const rewrite = (change: Partial<Manifest>) =>
    writeFile(path('manifest.json'), JSON.stringify({ ...manifest, ...change }));

  it.each<[string, () => Promise<void>, string, string]>([
    [
      'a byte changed',
      async () => {
        const bytes = await readFile(path('0002.parquet'));
        bytes[200]! ^= 1;
        await writeFile(path('0002.parquet'), bytes);
      },
      '0002.parquet',
      'SHA-256',
    ],
    ['a file cut off', () => truncate(path('0001.parquet'), 100), '0001.parquet', 'It has 100 bytes'],
    ['a file longer', () => appendFile(path('0001.parquet'), 'x'), '0001.parquet', 'bytes instead of'],
    ['a file missing', () => unlink(path('0003.parquet')), '0003.parquet', 'is missing'],
    [
      'a file too many',
      () => cp(path('0001.parquet'), path('0100.parquet')),
      '0100.parquet',
      'does not name it',
    ],
    ['the manifest missing', () => unlink(path('manifest.json')), 'manifest.json', 'is missing'],
    ['the manifest cut off', () => truncate(path('manifest.json'), 50), 'manifest.json', 'no JSON'],
    ['another day', () => rewrite({ day: '2026-01-16' }), 'manifest.json', 'of run 1 of 2026-01-16'],
    ['a later format', () => rewrite({ format: 2 as 1 }), 'manifest.json', 'format must be 1'],
    [
      'a path in it',
      () =>
        rewrite({
          files: [{ ...manifest.files[0]!, name: '../../x.parquet' }],
          rows: manifest.files[0]!.rows,
        }),
      'manifest.json',
      'files.0.name',
    ],
    ['another number', () => rewrite({ rows: 199 }), 'manifest.json', 'rows is 199'],
    ['another root', () => rewrite({ root: '0'.repeat(64) }), 'manifest.json', 'root'],
    [
      'files in another order',
      () => rewrite({ files: [...manifest.files].reverse() }),
      'manifest.json',
      'root',
    ],
  ])('names the file: %s', async (_what, damage, file, detail) => {
    await damage();
    await expect(faults()).resolves.toEqual(saying(file, detail));
  });

  it('names a file that is as its manifest says, and is no Parquet', async () => {
    await writeFile(path('0001.parquet'), 'no Parquet');
    const { createHash } = await import('node:crypto');
    const sha256 = createHash('sha256').update('no Parquet').digest('hex');
    await rewrite({ files: [{ ...manifest.files[0]!, bytes: 10, sha256 }, ...manifest.files.slice(1)] });
    await expect(faults()).resolves.toEqual(saying('0001.parquet', 'It cannot be read'));
  });
});

it('can be read by a DuckDB that knows nothing of this product', async () => {
  await database.store(envelopesInARow(50, 1000, { timestamp: `${DAY}T08:00:00.000Z` }));
  await write();
  const script = `
    import { DuckDBInstance } from '@duckdb/node-api';
    const connection = await (await DuckDBInstance.create()).connect();
    const result = await connection.runAndReadAll(\`
      select day::varchar as day, run, "user", count(*) as events, min("timestamp")::varchar as first,
             min(raw_data->>'$.ip') as ip
        from read_parquet('\${process.argv[1]}/events/*/*/*.parquet', hive_partitioning = true) group by all\`);
    console.log(JSON.stringify(result.getRowObjectsJson()));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script, root],
    {
      cwd: import.meta.dirname,
      env: {},
    },
  );
  expect(JSON.parse(stdout)).toEqual([
    { day: DAY, run: '1', user: 'alice', events: '50', first: '2026-01-15 08:00:00+00', ip: '203.0.113.7' },
  ]);
});
