import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditReader, AuditTrail, loadCheckpointKey, openCheckpoint, verifyTrail } from '@mcm/audit';
import { createDataSource, inTransaction, type DataSource } from '@mcm/persistence';
import { createLogger } from '@mcm/platform';
import { createTestDatabase, type TestDatabase } from '@mcm/testing';
import { CheckpointSigner } from './checkpoint-signer.js';

const SIGNERS = 2;
const ENTRIES = 25;

let folder: string;
let testDatabase: TestDatabase;
let databases: DataSource[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkpoints-'));
  testDatabase = await createTestDatabase();
  databases = await Promise.all(
    Array.from({ length: SIGNERS }, () =>
      createDataSource({ url: testDatabase.url, poolSize: 4, applicationName: 'signer' }).initialize(),
    ),
  );
});
afterAll(async () => {
  for (const database of databases) await database.destroy();
  await testDatabase.drop();
  await rm(folder, { recursive: true });
});

it('of several processes share a key and a folder, where no text is ever seen in part', async () => {
  const published = join(folder, 'published');
  // The first start of each: one makes the key, and the others take it.
  const keys = await Promise.all(databases.map(() => loadCheckpointKey(join(folder, 'key.pem'))));
  expect(new Set(keys.map(({ verifier }) => verifier)).size).toBe(1);
  const [key] = keys;
  const logger = createLogger({ service: 'signer', level: 'fatal' });
  const trail = new AuditTrail();
  let running = databases.length;
  const sign = async (database: DataSource, number: number) => {
    const reader = new AuditReader(database);
    const signer = new CheckpointSigner(keys[number]!, published, reader, trail, database, logger);
    for (let entries = 0; entries < ENTRIES; entries += 1) {
      await inTransaction(database, (manager) =>
        trail.append(manager, {
          origin: { actor: { type: 'system', id: 'test', name: 'test' }, address: null, requestId: null },
          action: 'rules.reloaded',
          object: { type: 'rules', id: 'rules', name: null },
        }),
      );
      await signer.make();
    }
    running -= 1;
    return signer;
  };
  /** Reads everything that is there, over and over; a text that is not whole cannot be opened. */
  const watch = async () => {
    while (running > 0) {
      const names = (await readdir(published).catch(() => [])).filter((name) => !name.startsWith('.'));
      for (const name of names) openCheckpoint(await readFile(join(published, name), 'utf8'), key!);
    }
  };
  const [signers] = await Promise.all([Promise.all(databases.map(sign)), watch()]);

  const checkpoints = await signers[0]!.published();
  expect(checkpoints.length).toBeGreaterThanOrEqual(ENTRIES);
  // The sizes grow, and no entry was signed for twice.
  const sizes = checkpoints.map(({ size }) => size);
  expect(sizes).toEqual([...new Set(sizes)].sort((a, b) => a - b));
  expect(await verifyTrail(new AuditReader(databases[1]!), key!, checkpoints)).toMatchObject({
    valid: true,
    entries: SIGNERS * ENTRIES,
    checkpoint: { size: SIGNERS * ENTRIES },
    epoch_began: null,
  });
});
