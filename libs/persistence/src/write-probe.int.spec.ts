import { createDataSource } from './data-source.js';
import { probeWrites } from './write-probe.js';
import { createMigratedDatabase, type MigratedDatabase } from './testing/index.js';

let database: MigratedDatabase;
beforeAll(async () => {
  database = await createMigratedDatabase(1);
});
afterAll(() => database.drop());

/** What the probe says of new connections with this setting. */
async function probedWith(setting: string): Promise<unknown> {
  const dataSource = await createDataSource({
    url: database.url,
    poolSize: 1,
    applicationName: 'probe-test',
  }).initialize();
  try {
    await dataSource.query(`set ${setting}`);
    return await probeWrites(dataSource).then(
      () => 'written',
      (error: unknown) => error,
    );
  } finally {
    await dataSource.destroy();
  }
}

it('is content with a server that stores, and leaves nothing behind', async () => {
  const size = 'select pg_database_size(current_database())::int as bytes';
  await probeWrites(database.dataSource);
  const [before] = await database.dataSource.query<{ bytes: number }[]>(size);
  for (let times = 0; times < 20; times += 1) await probeWrites(database.dataSource);
  const [after] = await database.dataSource.query<{ bytes: number }[]>(size);
  expect(after!.bytes - before!.bytes).toBeLessThan(256 * 1024);
});

it('finds a server that only reads, as a standby or a managed one whose disk is full', async () => {
  expect(await probedWith('default_transaction_read_only = on')).toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('read-only') as string,
  });
});

it('needs disk, not only room in pages that are there', async () => {
  // A server that may use no disk for this says so with the same class of errors as one whose disk is full.
  expect(await probedWith('temp_file_limit = 0')).toMatchObject({
    kind: 'unavailable',
    code: 'PERSISTENCE.UNAVAILABLE',
    message: expect.stringContaining('SQLSTATE 53') as string,
  });
});
