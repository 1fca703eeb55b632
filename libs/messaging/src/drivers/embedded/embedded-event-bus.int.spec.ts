import type { DeadLetter } from '@mcm/contracts';
import { anEnvelope, createEmptyDatabase, emptySchema, eventually, type TestDatabase } from '@mcm/testing';
import pg from 'pg';
import { startConsumerProcess } from '../../../test/start-consumer-process.js';
import { eventBusContract } from '../../contract-suite/index.js';
import { CONTRACT_TOPOLOGY, type ConsumerProcess } from '../../contract-suite/event-bus-store.js';
import { EmbeddedEventBus } from './index.js';

// Short, so that a killed consumer is noticed soon.
const LOCK_MS = 1_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await createEmptyDatabase();
  await EmbeddedEventBus.migrate({ ...contractStore(), log: console });
});
afterAll(() => database.drop());
const contractStore = () => ({
  connection: { connectionString: database.url },
  schema: 'contract',
  lockDurationMs: LOCK_MS,
});

const features = { persistent: true, sharedConsumers: true, sharedListeners: false };
// A migration for each test would take longer than most of them; what one leaves behind is deleted.
eventBusContract('embedded', features, () => {
  const store = contractStore();
  const children: ConsumerProcess[] = [];
  return Promise.resolve({
    open: (options) => EmbeddedEventBus.open({ ...store, ...options }),
    startConsumerProcess: async () => {
      const child = await startConsumerProcess('./embedded-consumer-process.ts', [
        database.url,
        store.schema,
        String(LOCK_MS),
      ]);
      children.push(child);
      return child;
    },
    crash: () => endAllConnections(database.url),
    remove: async () => {
      await Promise.all(children.map((child) => child.kill()));
      await emptySchema(database.url, store.schema);
    },
  });
});

/** For all clients of the database this is the same as a crash of the server, which other tests use too. */
async function endAllConnections(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  await client.end();
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

  it('takes few connections', async () => {
    const { rows } = await admin.query<{ count: number }>(
      `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
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
      `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
    // Publishing has four; a worker has one to listen, one for its locks and one for each handler.
    expect(after.rows[0]!.count).toBeLessThanOrEqual(4 + 3 + 4);
    await Promise.all(subscriptions.map((subscription) => subscription.close()));
  });

  /** A second bus on the same store, with nothing in memory. */
  let other: EmbeddedEventBus | undefined;
  const openOther = async (letters: DeadLetter[] = []): Promise<EmbeddedEventBus> =>
    (other = await EmbeddedEventBus.open({
      connection: { connectionString: database.url },
      schema,
      deadLetters: { add: async (given) => void letters.push(...given) },
      log,
      topology: CONTRACT_TOPOLOGY,
      lockDurationMs: LOCK_MS,
    }));
  afterEach(async () => {
    await other?.close();
    other = undefined;
  });

  const count = async (table: 'job' | 'batch'): Promise<number> => {
    const { rows } = await admin.query<{ count: number }>(`SELECT count(*)::int FROM ${schema}.${table}`);
    return rows[0]!.count;
  };
  // Longer than what a job holds, also when the bus divides them by their number.
  const long = (prefix: string) =>
    Array.from({ length: 20 }, (_, index) =>
      anEnvelope({ event_id: `${prefix}${index}`, raw_data: { text: 'x\u0000\uD800'.padEnd(40_000, 'y') } }),
    );

  it('keeps long batches beside their jobs, hands them over as they were, and removes them', async () => {
    const events = long('l');
    await bus.publish('events.accepted', events);
    // One for each of the two consumers of the subject, read back by a bus that has nothing in memory.
    expect(await count('batch')).toBeGreaterThanOrEqual(2);
    const other = await openOther();
    const seen = new Map<string, unknown>();
    await other.consume('record-events', 'events.accepted', (batch) => {
      for (const { payload } of batch) seen.set(payload.event_id, payload);
      return Promise.resolve();
    });
    await eventually(() => seen.size === events.length);
    for (const event of events) expect(seen.get(event.event_id)).toEqual(event);
    await other.consume('evaluate-events', 'events.accepted', () => Promise.resolve());
    await eventually(async () => (await count('batch')) === 0);
  });

  it('says so when the messages of a batch are gone, and goes on', async () => {
    await bus.publish('events.accepted', long('g'));
    await bus.publish('events.accepted', [anEnvelope({ event_id: 'after' })]);
    await admin.query(`DELETE FROM ${schema}.batch`);
    const letters: DeadLetter[] = [];
    const other = await openOther(letters);
    const seen: string[] = [];
    for (const name of ['record-events', 'evaluate-events'] as const) {
      await other.consume(name, 'events.accepted', (batch) => {
        seen.push(...batch.map(({ payload }) => payload.event_id));
        return Promise.resolve();
      });
    }
    await eventually(async () => (await other.status()).every(({ lag }) => lag === 0));
    expect(seen).toEqual(['after', 'after']);
    expect(new Set(letters.map(({ code, consumer }) => `${code} ${consumer}`))).toEqual(
      new Set(['BUS.BATCH_MISSING evaluate-events', 'BUS.BATCH_MISSING record-events']),
    );
    const missing = letters.map(({ reason }) => Number(/^\d+/.exec(reason)![0]));
    expect(missing.reduce((sum, each) => sum + each, 0)).toBe(2 * 20);
  });

  it('sweeps up what a crash left of batches, but not what may still get its job', async () => {
    await admin.query(
      `INSERT INTO ${schema}.batch (queue, id, messages, stored_at) VALUES
         ('bus-record-events', 'left behind', '', now() - interval '2 hours'), ('bus-record-events', 'young', '', now())`,
    );
    const subscription = await bus.consume('record-events', 'events.accepted', () => Promise.resolve());
    await subscription.close();
    const { rows } = await admin.query<{ id: string }>(`SELECT id FROM ${schema}.batch`);
    expect(rows).toEqual([{ id: 'young' }]);
    await admin.query(`DELETE FROM ${schema}.batch`);
  });

  describe('a consumer that takes messages directly', () => {
    const topology = {
      'record-events': { ...CONTRACT_TOPOLOGY['record-events'], direct: true, concurrency: 1 },
    };
    let direct: EmbeddedEventBus;
    beforeEach(async () => {
      const connection = { connectionString: database.url };
      direct = await EmbeddedEventBus.open({
        connection,
        schema,
        deadLetters,
        log,
        topology,
        lockDurationMs: LOCK_MS,
      });
    });
    afterEach(() => direct.close());
    const attempts = (batch: readonly { payload: { event_id: string }; attempt: number }[]) =>
      batch.map(({ payload, attempt }) => `${payload.event_id}/${attempt}`);

    it('has handled them when they are published, and nothing was stored', async () => {
      const seen: string[] = [];
      await direct.consume('record-events', 'events.accepted', async (batch) => {
        expect(await count('job')).toBe(0);
        seen.push(...attempts(batch));
      });
      await eventually(async () => (await direct.status())[0]!.lag === 0);
      await direct.publish('events.accepted', [anEnvelope({ event_id: 'a' }), anEnvelope({ event_id: 'b' })]);
      expect(seen).toEqual(['a/1', 'b/1']);
      expect(direct.counters['record-events']).toMatchObject({ published: 2, delivered: 2, acknowledged: 2 });
    });

    it('gets them again from the store when it fails, as a second try', async () => {
      const seen: string[] = [];
      await direct.consume('record-events', 'events.accepted', async (batch) => {
        seen.push(...attempts(batch));
        if (seen.length === 1) throw new Error('not now');
      });
      await direct.publish('events.accepted', [anEnvelope({ event_id: 'c' })]);
      await eventually(() => seen.length === 2);
      expect(seen).toEqual(['c/1', 'c/2']);
    });

    it('gets from the store what comes while it is busy, and closing waits for what it holds', async () => {
      const seen: string[] = [];
      let finish = (): void => undefined;
      const subscription = await direct.consume('record-events', 'events.accepted', async (batch) => {
        seen.push(...attempts(batch));
        if (seen.length === 1) await new Promise<void>((resolve) => (finish = resolve));
      });
      const first = direct.publish('events.accepted', [anEnvelope({ event_id: 'd' })]);
      await eventually(() => seen.length === 1);
      await direct.publish('events.accepted', [anEnvelope({ event_id: 'e' })]);
      await eventually(() => seen.length === 2);
      let closed = false;
      const closing = subscription.close().then(() => (closed = true));
      await eventually(async () => (await direct.status())[0]!.lag === 0);
      expect(closed).toBe(false);
      finish();
      await Promise.all([first, closing]);
      expect(seen).toEqual(['d/1', 'e/1']);
    });
  });

  it('leaves nothing behind of what was handled', async () => {
    expect(await count('job')).toBe(0);
    expect(await count('batch')).toBe(0);
  });
});
