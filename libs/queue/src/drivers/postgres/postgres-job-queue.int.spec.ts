import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { jobQueueContract, type WorkerProcess } from '../../contract-suite/index.js';
import type { FaultLog } from '../../fault-log.js';
import { PostgresJobQueue } from './index.js';

// Short, so that a killed worker is noticed soon.
const LOCK_MS = 1_000;
const log: FaultLog = { warn: () => undefined, error: () => undefined };

let database: TestDatabase;
let schemas = 0;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

jobQueueContract('PostgreSQL', async () => {
  schemas += 1;
  const store = {
    connection: { connectionString: database.url },
    schema: `queue_${schemas}`,
    lockDurationMs: LOCK_MS,
    log,
  };
  await PostgresJobQueue.migrate(store);
  const children: WorkerProcess[] = [];
  return {
    open: (options) => PostgresJobQueue.open({ ...store, ...options }),
    startWorkerProcess: async () => {
      const child = await startWorkerProcess(database.url, store.schema);
      children.push(child);
      return child;
    },
    remove: async () => {
      await Promise.all(children.map((child) => child.kill()));
    },
  };
});

async function startWorkerProcess(url: string, schema: string): Promise<WorkerProcess> {
  const test = new URL('../../../test/', import.meta.url);
  const child = fork(new URL('worker-process.ts', test), [url, schema, String(LOCK_MS)], {
    execArgv: ['--conditions=mcm-source', '--import', new URL('typescript.mjs', test).href],
  });
  const gone = once(child, 'exit');
  const busy = new Promise<string>((resolve, reject) => {
    child.on('message', (message: 'ready' | { busy: string }) => {
      if (message !== 'ready') resolve(message.busy);
    });
    child.on('exit', (code) =>
      reject(new Error(`The worker process ended with ${code} before it had a job`)),
    );
  });
  busy.catch(() => undefined);
  await once(child, 'message');
  return {
    busy,
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
