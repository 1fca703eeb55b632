import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { anEnvelope, createTestDatabase, eventually, spawnSource, type TestDatabase } from '@mcm/testing';
import pg from 'pg';
import { eventBusContract } from '../../contract-suite/index.js';
import { CONTRACT_TOPOLOGY, type ConsumerProcess } from '../../contract-suite/event-bus-store.js';
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

describe('EmbeddedEventBus', () => {
  const schema = 'bus_alone';
  const log = { warn: () => undefined, error: () => undefined };
  const deadLetters = { add: () => Promise.reject(new Error('Nothing is to be given up')) };
  let bus: EmbeddedEventBus;
  let admin: pg.Client;
  beforeAll(async () => {
    const connection = { connectionString: database.url };
    await EmbeddedEventBus.migrate({ connection, schema, log });
    bus = await EmbeddedEventBus.open({
      connection,
      schema,
      deadLetters,
      log,
      topology: CONTRACT_TOPOLOGY,
      lockDurationMs: LOCK_MS,
    });
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await bus.close();
  });

  it('says so when it cannot be opened', async () => {
    const options = {
      connection: { connectionString: database.url },
      schema: 'not_migrated',
      deadLetters,
      log,
    };
    await expect(EmbeddedEventBus.open(options)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('not_migrated') as string,
    });
  });

  it('loses nothing that it took when the server ends all connections, and goes on by itself', async () => {
    const seen = new Set<string>();
    const subscription = await bus.consume('record-events', 'events.accepted', (batch) => {
      for (const { payload } of batch) seen.add(payload.event_id);
      return Promise.resolve();
    });
    const taken: string[] = [];
    let failures = 0;
    for (let index = 0; index < 300; index++) {
      if (index % 60 === 30) {
        await admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        );
      }
      const event = anEnvelope({ event_id: `e${index}` });
      try {
        await bus.publish('events.accepted', [event]);
        taken.push(event.event_id);
      } catch (error) {
        expect(error).toMatchObject({ kind: 'unavailable', code: 'BUS.STORE_UNAVAILABLE' });
        failures += 1;
      }
    }
    expect(taken.length).toBeGreaterThan(200);
    expect(failures).toBeLessThan(100);
    await eventually(() => taken.every((id) => seen.has(id)));
    await eventually(async () => (await bus.status()).some(({ lag }) => lag === 0));
    await subscription.close();
  });

  it('takes few connections', async () => {
    const { rows } = await admin.query<{ count: number }>(
      `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    expect(rows[0]!.count).toBeLessThanOrEqual(4);
    const handler = () => Promise.resolve();
    const subscriptions = [
      await bus.consume('record-events', 'events.accepted', handler),
      await bus.consume('evaluate-events', 'events.accepted', handler),
    ];
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        bus.publish('events.accepted', [anEnvelope({ event_id: `c${index}` })]),
      ),
    );
    await eventually(async () => (await bus.status()).every((status) => status.lag === 0));
    const after = await admin.query<{ count: number }>(
      `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    // Publishing has four; a worker has one to listen, one for its locks and one for each handler.
    expect(after.rows[0]!.count).toBeLessThanOrEqual(4 + 3 + 4);
    await Promise.all(subscriptions.map((subscription) => subscription.close()));
  });

  it('leaves nothing behind of what was handled', async () => {
    const { rows } = await admin.query<{ count: number }>(`SELECT count(*)::int FROM ${schema}.job`);
    expect(rows[0]!.count).toBe(0);
  });
});
