import type { FaultLog } from '@mcm/platform';
import { createEmptyDatabase, emptySchema, type TestDatabase } from '@mcm/testing';
import { jobQueueContract, type WorkerProcess } from '../../contract-suite/index.js';
import { startWorkerProcess } from '../../../test/start-worker-process.js';
import { PostgresJobQueue } from './index.js';

const log: FaultLog = { warn: () => undefined, error: () => undefined };

let database: TestDatabase;
beforeAll(async () => {
  database = await createEmptyDatabase();
  await PostgresJobQueue.migrate(contractStore());
});
afterAll(() => database.drop());
const contractStore = () => ({ connection: { connectionString: database.url }, schema: 'contract', log });

// A migration for each test would take longer than most of them; what one leaves behind is deleted.
jobQueueContract('PostgreSQL', () => {
  const store = contractStore();
  const children: WorkerProcess[] = [];
  return Promise.resolve({
    open: (options) => PostgresJobQueue.open({ ...store, ...options }),
    startWorkerProcess: async (options) => {
      const child = await startWorkerProcess('postgres', { ...store, ...options });
      children.push(child);
      return child;
    },
    remove: async () => {
      await Promise.all(children.map((child) => child.kill()));
      await emptySchema(database.url, store.schema);
    },
  });
});

describe('PostgresJobQueue', () => {
  it('refuses to open on a database that was not migrated, and says so', async () => {
    const opening = PostgresJobQueue.open({
      connection: { connectionString: database.url },
      schema: 'nobody_migrated_me',
      log,
    });
    await expect(opening).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'JOBS.STORE_UNAVAILABLE',
      message: expect.stringContaining('nobody_migrated_me') as string,
    });
  });

  it('refuses to open where no server answers', async () => {
    const opening = PostgresJobQueue.open({ connection: { host: '127.0.0.1', port: 1 }, log });
    await expect(opening).rejects.toMatchObject({ kind: 'unavailable', code: 'JOBS.STORE_UNAVAILABLE' });
  });

  it('migrates once, however often and by however many it is asked', async () => {
    const options = { connection: { connectionString: database.url }, schema: 'migrated_by_many', log };
    await Promise.all([1, 2, 3].map(() => PostgresJobQueue.migrate(options)));
    await PostgresJobQueue.migrate(options);
    const queue = await PostgresJobQueue.open(options);
    expect(await queue.counts('enrich-finding')).toMatchObject({ waiting: 0 });
    await queue.close();
  });
});
