import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDataSource } from '@mcm/persistence';
import { createTestDatabase, type TestDatabase } from '@mcm/testing';
import { KeyRing } from './key-ring.js';
import { runKeys } from './keys.command.js';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'mcm-keys-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await database.drop();
});

const open = () =>
  createDataSource({ url: database.url, poolSize: 1, applicationName: 'keys-test' }).initialize();

async function run(...args: string[]) {
  const lines: string[] = [];
  const errors: string[] = [];
  const code = await runKeys(args, {
    print: (line) => void lines.push(line),
    printError: (line) => void errors.push(line),
    openDatabase: open,
  });
  return { code, lines, errors };
}

async function ask<T>(question: (dataSource: Awaited<ReturnType<typeof open>>) => Promise<T>): Promise<T> {
  const dataSource = await open();
  return question(dataSource).finally(() => dataSource.destroy());
}

it('prints a key that works, and leaves an entry in the audit trail', async () => {
  const { code, lines } = await run(
    'create',
    'ci',
    'events:write,read',
    '--source',
    'github',
    '--days',
    '30',
  );
  expect(code).toBe(0);
  const principal = await ask((dataSource) => new KeyRing(dataSource).principalOf(lines[0]!));
  expect(principal).toMatchObject({
    actor: { type: 'key', name: 'ci' },
    permissions: new Set(['events:write', 'read']),
    allowedSources: new Set(['github']),
  });
  const entries = await ask((dataSource) =>
    dataSource.query<{ object_id: string }[]>(
      `select object_id from audit.entries where action = 'key.created' and actor_id = 'keys-cli'`,
    ),
  );
  expect(entries).toEqual([{ object_id: principal!.actor.id }]);
});

it('writes a key into a file for its owner alone, and makes no second one when it starts again', async () => {
  const file = join(folder, 'key');
  expect((await run('create', 'simulator', 'events:write', '--file', file)).lines).toEqual([]);
  const text = await readFile(file, 'utf8');
  expect(text).toMatch(/^mcm_[a-z0-9]{12}_[\w-]{43}$/);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await run('create', 'simulator', 'events:write', '--file', file)).code).toBe(0);
  expect(await readFile(file, 'utf8')).toBe(text);
});

it('revokes a key that it cannot hand over', async () => {
  const { code, errors } = await run('create', 'lost', 'read', '--file', join(folder, 'missing', 'key'));
  expect([code, errors[0]]).toEqual([1, expect.stringContaining('ENOENT')]);
  const valid = await ask((dataSource) =>
    dataSource.query(`select id from api_keys where name = 'lost' and revoked_at is null`),
  );
  expect(valid).toEqual([]);
});

it.each([
  [['create', 'x', 'everything'], /"everything" is no scope/],
  [['create', 'x\n', 'read'], /NAME/],
  [['create', 'x', 'read', '--days', '0'], /--days/],
  [['create', 'x', 'read', '--for', 'me'], /--for/],
])('refuses %j before it connects', async (args, reason) => {
  const { code, errors } = await run(...args);
  expect([code, errors[0]]).toEqual([1, expect.stringMatching(reason)]);
});
