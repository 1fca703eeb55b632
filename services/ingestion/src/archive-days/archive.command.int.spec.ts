import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadArchive } from '@mcm/archive';
import { AuditTrail } from '@mcm/audit';
import { createMigratedDatabase, type MigratedDatabase } from '@mcm/persistence/testing';
import { createLogger, HealthRegistry, MetricsRegistry } from '@mcm/platform';
import { envelopesInARow, FakeClock } from '@mcm/testing';
import { EventStore } from '../record-events/event-store.js';
import { runArchive } from './archive.command.js';
import { EventArchive } from './event-archive.js';

let database: MigratedDatabase;
let root: string;
let env: NodeJS.ProcessEnv;
let hash: string;
beforeAll(async () => {
  database = await createMigratedDatabase();
  root = await mkdtemp(join(tmpdir(), 'archive-command-'));
  env = { ARCHIVE_DIR: root };
  const store = new EventStore(database.dataSource);
  await store.recordBatch([
    ...envelopesInARow(30, 60_000, { timestamp: '2026-01-15T08:00:00.000Z' }),
    ...envelopesInARow(20, 60_000, { timestamp: '2026-01-16T08:00:00.000Z', user: 'bob' }),
  ]);
  const events = new EventArchive(
    loadArchive(env),
    database.dataSource,
    new AuditTrail(),
    new FakeClock('2026-03-01T00:00:00.000Z'),
    createLogger({ service: 'test', level: 'silent' }),
    new MetricsRegistry(),
    new HealthRegistry(),
  );
  hash = (await events.archiveDay('2026-01-15'))![0]!.manifestSha256;
  await events.archiveDay('2026-01-16');
  await database.drop();
});
afterAll(() => rm(root, { recursive: true }));

async function run(...args: string[]) {
  const printed: string[] = [];
  const errors: string[] = [];
  const code = await runArchive(args, {
    print: (line) => printed.push(line),
    printError: (line) => errors.push(line),
    env,
  });
  return { code, printed, errors };
}

it('lists what is in the archive', async () => {
  await expect(run('list')).resolves.toEqual({
    code: 0,
    printed: [
      expect.stringMatching(
        /^2026-01-15 run 1: 30 events, \d+ bytes, archived at 2026-03-01T00:00:00\.000Z$/,
      ),
      expect.stringMatching(/^2026-01-16 run 1: 20 events/),
    ],
    errors: [],
  });
});

it('verifies without a database', async () => {
  await expect(run('verify', '2026-01-15')).resolves.toEqual({
    code: 0,
    printed: [`2026-01-15 run 1: 30 events as they were; SHA-256 of the manifest ${hash}`],
    errors: [],
  });
  expect((await run('verify')).printed).toHaveLength(2);
  expect(await run('verify', '2025-01-01')).toMatchObject({
    code: 1,
    errors: [expect.stringMatching(/nothing of 2025-01-01/)],
  });
});

it('prints the events that match a query', async () => {
  const queried = async (...args: string[]) => {
    const { code, printed, errors } = await run('query', ...args);
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
    return printed.map((line) => JSON.parse(line) as { user: string; timestamp: string; raw_data: object });
  };
  expect(await queried('user:bob ip:203.0.113.7')).toHaveLength(20);
  expect(await queried('not user:bob', '--from', '2026-01-15T08:10:00Z', '--to', '2026-01-15')).toHaveLength(
    20,
  );
  expect(await queried('*:*', '--limit', '35')).toHaveLength(35);
  expect((await queried('user:bob', '--limit', '1'))[0]).toMatchObject({
    user: 'bob',
    timestamp: '2026-01-16T08:00:00.000Z',
    raw_data: { ip: '203.0.113.7' },
  });
  expect(await run('query', '(user:bob')).toMatchObject({
    code: 2,
    errors: [expect.stringContaining('column 1')],
  });
  expect((await run('query', 'bob', '--limit', '0')).errors).toEqual([
    '--limit must be a whole number above 0.',
  ]);
  expect((await run('query', 'bob', '--from', 'x')).errors).toEqual([
    expect.stringMatching(/^--from must be/),
  ]);
});

it('explains itself, and says what is wrong with a call', async () => {
  const { code, printed } = await run('--help');
  expect({ code, help: printed.join() }).toEqual({ code: 0, help: expect.stringContaining('verify [DAY]') });
  for (const args of [[], ['burn'], ['list', 'x'], ['restore'], ['verify', '2026-01-15', 'x']]) {
    expect(await run(...args)).toMatchObject({ code: 2, errors: [printed[0]] });
  }
  expect((await run('verify', 'yesterday')).errors).toEqual([
    'A day is written as 2026-01-15, not "yesterday".',
  ]);
  env = {};
  expect((await run('list')).errors).toEqual(['There is no archive: set ARCHIVE_DIR or ARCHIVE_S3_URL.']);
  env = { ARCHIVE_DIR: root };
});

describe('restore', () => {
  let api: Server;
  let answers: { status: number; body: unknown }[];
  const asked: string[] = [];
  beforeAll(async () => {
    api = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`);
      const { status, body } = answers.shift()!;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => api.close());
  beforeEach(() => asked.splice(0));
  const url = () => `http://127.0.0.1:${(api.address() as AddressInfo).port}`;

  it('waits until the running system has put the day back', async () => {
    const result = { archived: 30, restored: 28 };
    answers = [
      { status: 202, body: { state: 'waiting', error: null, result: null } },
      { status: 200, body: { state: 'completed', error: null, result } },
    ];
    await expect(run('restore', '2026-01-15', '--url', url())).resolves.toEqual({
      code: 0,
      printed: ['2026-01-15: 28 of 30 archived events were missing, and are back.'],
      errors: [],
    });
    expect(asked).toEqual(['POST /archive/restores ', 'GET /archive/restores/2026-01-15 ']);
  });

  it('says why it was not', async () => {
    answers = [{ status: 202, body: { state: 'failed', error: 'Nothing was restored: …', result: null } }];
    expect(await run('restore', '2026-01-15', '--url', url())).toMatchObject({
      code: 1,
      errors: ['Nothing was restored: …'],
    });
    answers = [{ status: 403, body: { detail: 'This needs admin.' } }];
    expect(await run('restore', '2026-01-15', '--url', url())).toMatchObject({
      code: 2,
      errors: ['This needs admin.'],
    });
  });
});

it('names what is damaged', async () => {
  await writeFile(join(root, 'events/day=2026-01-15/run=1/0001.parquet'), 'x');
  await unlink(join(root, 'events/day=2026-01-16/run=1/manifest.json'));
  expect(await run('verify')).toEqual({
    code: 1,
    printed: ['2026-01-16 run 1: not finished'],
    errors: [expect.stringMatching(/^DAMAGED events\/day=2026-01-15\/run=1\/0001\.parquet: It has 1 bytes/)],
  });
});
