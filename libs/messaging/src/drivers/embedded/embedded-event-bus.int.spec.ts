import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createTestDatabase, spawnSource, type TestDatabase } from '@mcm/testing';
import { eventBusContract } from '../../contract-suite/index.js';
import type { ConsumerProcess } from '../../contract-suite/event-bus-store.js';
import { EmbeddedEventBus } from './index.js';

// Short, so that a killed consumer is noticed soon.
const LOCK_MS = 1_000;

let database: TestDatabase;
let schemas = 0;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const features = { persistent: true, sharedConsumers: true, sharedListeners: false };
eventBusContract('embedded', features, async () => {
  schemas += 1;
  const store = {
    connection: { connectionString: database.url },
    schema: `bus_${schemas}`,
    lockDurationMs: LOCK_MS,
  };
  await EmbeddedEventBus.migrate({ ...store, log: console });
  const children: ConsumerProcess[] = [];
  return {
    open: (options) => EmbeddedEventBus.open({ ...store, ...options }),
    startConsumerProcess: async () => {
      const child = await startConsumerProcess(store.schema);
      children.push(child);
      return child;
    },
    remove: async () => {
      await Promise.all(children.map((child) => child.kill()));
    },
  };
});

async function startConsumerProcess(schema: string): Promise<ConsumerProcess> {
  const child = spawnSource(new URL('../../../test/consumer-process.ts', import.meta.url), {
    args: [database.url, schema, String(LOCK_MS)],
  });
  const gone = once(child, 'exit');
  child.stderr.pipe(process.stderr);
  const said: string[] = [];
  let wake = (): void => undefined;
  createInterface({ input: child.stdout })
    .on('line', (line) => {
      said.push(line);
      wake();
    })
    .on('close', () => wake());
  const next = async (wanted: RegExp): Promise<string> => {
    for (;;) {
      const index = said.findIndex((line) => wanted.test(line));
      if (index >= 0) return said.splice(index, 1)[0]!;
      if (child.exitCode !== null)
        throw new Error('The consumer process ended too early; see its output above');
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  await next(/^ready$/);
  return {
    nextBatch: async () => Number(await next(/^\d+$/)),
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
