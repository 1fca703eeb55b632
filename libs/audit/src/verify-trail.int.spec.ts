import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AuditDatabase, openAuditDatabase } from '../test/audit-database.js';
import { CHECKPOINTED, TAMPERING, TRAIL_SIZE } from './contract-suite/index.js';
import {
  AuditReader,
  CheckpointFolder,
  type CheckpointKey,
  exportLines,
  loadCheckpointKey,
  openCheckpoint,
  signCheckpoint,
  TrailCheck,
  verifyTrail,
} from './index.js';

const VERIFIER = fileURLToPath(new URL('../verify-audit.mjs', import.meta.url));

let database: AuditDatabase;
let reader: AuditReader;
let folder: string;
let key: CheckpointKey;
let published: CheckpointFolder;
beforeAll(async () => {
  database = await openAuditDatabase(2);
  reader = new AuditReader(database.dataSource);
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.tamper(`truncate audit.entries, audit.personal_values;
    update audit.head set size = 0, link = decode(repeat('00', 32), 'hex')`);
  folder = await mkdtemp(join(tmpdir(), 'audit-'));
  key = await loadCheckpointKey(join(folder, 'secret', 'key.pem'));
  published = new CheckpointFolder(join(folder, 'published'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Appends up to `size` entries and publishes a checkpoint over them. */
async function growTo(size: number, publish = true): Promise<void> {
  while ((await reader.head()).size < size) await database.append();
  if (publish) await published.publish(await noteOver(), { size, at: new Date(2026, 0, size) });
}

async function noteOver(): Promise<string> {
  const { size } = await reader.head();
  const check = new TrailCheck(key);
  for await (const page of reader.pages(0, size)) page.forEach((entry) => check.add(entry));
  return signCheckpoint({ origin: check.origin, size, root: check.root() }, key);
}

async function exported(checkpoint: string | null = null, size?: number): Promise<string> {
  const file = join(folder, 'audit.ndjson');
  let text = '';
  const manifest = { type: 'manifest', format: 1, exported_at: '2026-01-01T00:00:00Z', checkpoint } as const;
  const entries = size ?? (await reader.head()).size;
  for await (const lines of exportLines(reader, { ...manifest, size: entries, key: key.verifier }))
    text += lines;
  await writeFile(file, text);
  return file;
}

interface Answer {
  code: number;
  result: { valid: boolean; first_broken: number | null; reason: string | null } & Record<string, unknown>;
  stderr: string;
}

const verifyFile = (...args: string[]) =>
  new Promise<Answer>((resolve) => {
    execFile(process.execPath, [VERIFIER, ...args], { env: {} }, (error, stdout, stderr) => {
      resolve({
        code: error === null ? 0 : Number(error.code),
        result: JSON.parse(stdout || '{}') as Answer['result'],
        stderr,
      });
    });
  });

const verifyDatabase = async () => {
  const checkpoints = (await published.notes()).map((note) => openCheckpoint(note, key));
  return verifyTrail(reader, key, checkpoints);
};

it.each(TAMPERING)('is found in the database and in an export: $name', async ({ tamper, broken }) => {
  for (const size of CHECKPOINTED) await growTo(size);
  await growTo(TRAIL_SIZE, false);
  await tamper(database.dataSource);
  const report = await verifyDatabase();
  expect([report.valid, report.fault?.seq ?? null, report.fault?.reason ?? null]).toEqual([
    broken === null,
    broken?.seq ?? null,
    broken?.reason ?? null,
  ]);
  const { code, result } = await verifyFile(
    await exported(),
    '--key',
    key.verifier,
    '--checkpoints',
    published.path,
  );
  expect([code, result.valid, result.first_broken, result.reason]).toEqual([
    broken === null ? 0 : 1,
    broken === null,
    broken?.seq ?? null,
    broken?.reason ?? null,
  ]);
});

it('reports what a valid trail is confirmed by', async () => {
  await growTo(3);
  await growTo(5, false);
  expect(await verifyDatabase()).toMatchObject({
    valid: true,
    entries: 5,
    fault: null,
    checkpoint: { size: 3, origin: key.name },
    epoch_began: null,
  });
  const { result } = await verifyFile(await exported(await noteOver()));
  expect(result).toMatchObject({ valid: true, entries: 5, checkpoint_size: 5, key_given: false });
});

describe('verify-audit.mjs', () => {
  it('keeps the last checkpoint, and refuses an export that is smaller or another', async () => {
    const seen = join(folder, 'seen.txt');
    await growTo(4);
    const first = await noteOver();
    expect((await verifyFile(await exported(first), '--seen', seen)).code).toBe(0);
    expect(await readFile(seen, 'utf8')).toBe(first);
    await growTo(6);
    const second = await noteOver();
    expect((await verifyFile(await exported(second), '--seen', seen)).code).toBe(0);
    expect(await readFile(seen, 'utf8')).toBe(second);
    // An attacker with the key and the database makes a trail that agrees with itself.
    await database.tamper(`truncate audit.entries, audit.personal_values;
      update audit.head set size = 0, link = decode(repeat('00', 32), 'hex')`);
    await growTo(5);
    const smaller = await verifyFile(await exported(await noteOver()), '--seen', seen);
    expect([smaller.code, smaller.result]).toMatchObject([1, { first_broken: 6, reason: 'cut_off' }]);
    await growTo(7);
    const other = await verifyFile(await exported(await noteOver()), '--seen', seen);
    expect([other.code, other.result]).toMatchObject([1, { first_broken: 1, reason: 'rewritten' }]);
    expect(await readFile(seen, 'utf8')).toBe(second);
  });

  it('refuses checkpoints that another key signed', async () => {
    await growTo(2);
    const other = await loadCheckpointKey(join(folder, 'other.pem'));
    const { code, stderr } = await verifyFile(await exported(await noteOver()), '--key', other.verifier);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`not signed by ${other.name}`)]);
  });

  it('names the first entry that is missing in an export that was cut off', async () => {
    await growTo(4);
    const file = await exported();
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.split('\n').slice(0, 4).join('\n'));
    expect((await verifyFile(file)).result).toMatchObject({ first_broken: 4, reason: 'missing' });
    await writeFile(file, text.slice(0, -50));
    expect((await verifyFile(file)).result).toMatchObject({ first_broken: 4, reason: 'changed' });
  });

  it.each([
    ['nothing', ''],
    ['other JSON', '{"type":"other"}\n'],
    ['other text', 'hello\n'],
    ['a wrong key', '{"type":"manifest","format":1,"size":0,"checkpoint":null,"key":"a+b+c"}\n'],
  ])('says that it cannot verify %s', async (_, text) => {
    const file = join(folder, 'other.ndjson');
    await writeFile(file, text);
    const { code, stderr } = await verifyFile(file);
    expect([code, stderr.length > 0]).toEqual([2, true]);
  });
});

describe('the key', () => {
  it('is made once, for this account alone', async () => {
    const file = join(folder, 'secret', 'key.pem');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const keys = await Promise.all([1, 2, 3].map(() => loadCheckpointKey(join(folder, 'new', 'key.pem'))));
    expect(new Set(keys.map(({ verifier }) => verifier)).size).toBe(1);
    expect(await readdir(join(folder, 'new'))).toEqual(['key.pem']);
  });

  it.each(['', 'no key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'])(
    'is refused by the name of its file: %j',
    async (text) => {
      const file = join(folder, 'bad.pem');
      await writeFile(file, text);
      await expect(loadCheckpointKey(file)).rejects.toMatchObject({
        code: 'AUDIT.KEY_UNUSABLE',
        message: expect.stringContaining(file),
      });
    },
  );
});

it('passes over files that are no checkpoints, and gives the latest of the others', async () => {
  expect(await published.latest(() => 1)).toBeNull();
  await growTo(1);
  await growTo(2);
  await writeFile(join(published.path, 'readme.txt'), 'no checkpoint');
  expect(await published.notes()).toHaveLength(2);
  const sizes = await published.latest((note) => openCheckpoint(note, key).size);
  expect(sizes).toBe(2);
});
