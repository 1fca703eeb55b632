import { createServer, connect, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { anEnvelope, envelopesInARow, eventually } from '@mcm/testing';
import type { DataSource } from 'typeorm';
import { anEpisode } from '../test/finding-drafts.js';
import { createDataSource } from './data-source.js';
import { FindingReader } from './readers/index.js';
import { DeadLetters } from './stores/dead-letters.js';
import { EventStore } from './stores/event-store.js';
import { FindingStore } from './stores/finding-store.js';
import { StoredEvents } from './stores/stored-events.js';
import {
  aFinding,
  compareCounts,
  countRows,
  createMigratedDatabase,
  type MigratedDatabase,
} from './testing/index.js';

/** The way to a server: it can be cut, as when the server dies, and opened again on the same port. */
class Line {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  port = 0;

  constructor(private readonly target: URL) {}

  async open(): Promise<void> {
    this.server = createServer((socket) => {
      const upstream = connect(Number(this.target.port), this.target.hostname);
      for (const end of [socket, upstream]) {
        this.sockets.add(end);
        // Both ends are cut together; what the socket says about that is expected.
        end.on('error', () => end.destroy());
        end.on('close', () => this.sockets.delete(end));
      }
      socket.pipe(upstream).pipe(socket);
    });
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    const address = this.server.address();
    if (address !== null && typeof address === 'object') this.port = address.port;
  }

  async cut(): Promise<void> {
    const closed = once(this.server!, 'close');
    this.server!.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

describe('createDataSource', () => {
  let database: MigratedDatabase;
  beforeAll(async () => {
    database = await createMigratedDatabase();
  });
  afterAll(() => database.drop());

  it('opens nothing by itself', () => {
    const dataSource = createDataSource({ url: database.url, poolSize: 1, applicationName: 'idle' });
    expect(dataSource.isInitialized).toBe(false);
  });

  it('names itself, works in UTC and ends statements that take too long', async () => {
    const dataSource = createDataSource({
      url: database.url,
      poolSize: 1,
      applicationName: 'named',
      statementTimeoutMs: 100,
    });
    await dataSource.initialize();
    const settings = await dataSource.query(
      `select current_setting('application_name') as name, current_setting('TimeZone') as zone`,
    );
    expect(settings).toEqual([{ name: 'named', zone: 'UTC' }]);
    await expect(dataSource.query('select pg_sleep(10)')).rejects.toMatchObject({
      driverError: { code: '57014' },
    });
    await dataSource.destroy();
  });

  describe('when the server goes away', () => {
    let line: Line;
    let dataSource: DataSource;
    const lost: Error[] = [];

    beforeAll(async () => {
      const url = new URL(database.url);
      line = new Line(new URL(database.url));
      await line.open();
      url.port = String(line.port);
      url.hostname = '127.0.0.1';
      dataSource = createDataSource({
        url: url.href,
        poolSize: 4,
        applicationName: 'outage-test',
        onConnectionLost: (error) => lost.push(error),
      });
      await dataSource.initialize();
    });
    afterAll(async () => {
      await dataSource.destroy();
      await line.cut();
    });

    it('rejects calls as unavailable until it is back, and then works again', async () => {
      const events = new EventStore(dataSource);
      const findings = new FindingStore(dataSource);
      const calls = [
        () => events.recordBatch([anEnvelope()]),
        () => findings.upsertBatch([aFinding()]),
        () => findings.upsertBatch([aFinding(), anEpisode(0, 1)]),
        () => new FindingReader(dataSource).byId('1'),
        () => new DeadLetters(dataSource).markRedriven([1]),
        () => new StoredEvents(dataSource).countEvents(),
      ];
      await Promise.all(calls.map((call) => call()));
      for (let round = 0; round < 2; round += 1) {
        await line.cut();
        for (const call of calls) {
          await expect(call()).rejects.toMatchObject({
            name: 'AppError',
            kind: 'unavailable',
            code: 'PERSISTENCE.UNAVAILABLE',
          });
        }
        await line.open();
        for (const call of calls) await call();
      }
      // Idle connections of the pool were cut as well: that was reported, and did not end the process.
      expect(lost.length).toBeGreaterThan(0);
      const { kept, actual } = await compareCounts(database.dataSource);
      expect(kept).toEqual(actual);
    });
  });

  it('leaves rows and counts as they were when its session is ended in the middle of a transaction', async () => {
    const store = new EventStore(database.dataSource);
    const findings = new FindingStore(database.dataSource);
    const blocker = database.dataSource.createQueryRunner();
    const events = envelopesInARow(100, 60_000, { timestamp: '2026-03-01T00:00:00.000Z' });
    const drafts = [
      aFinding({ user: 'carol' }),
      anEpisode(0, 3, { user: 'carol', group_key: '{"user":"carol"}' }),
    ];
    await store.recordBatch([anEnvelope({ timestamp: '2026-03-01T00:00:00.000Z' })]);
    await findings.upsertBatch([aFinding()]);
    const before = await countRows(database.dataSource, 'events');

    // Both are stopped at their counts, with their rows already written.
    await blocker.startTransaction();
    await blocker.query('select from event_daily_counts for update');
    await blocker.query('select from finding_daily_counts for update');
    const outcomes = Promise.allSettled([store.recordBatch(events), findings.upsertBatch(drafts)]);
    const stopped = await eventually(async () => {
      const pids = await database.dataSource.query<{ pid: number }[]>(`
        select pid from pg_stat_activity
         where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`);
      return pids.length === 2 && pids.map(({ pid }) => pid);
    });
    await database.dataSource.query('select pg_terminate_backend(pid) from unnest($1::int[]) as pid', [
      stopped,
    ]);
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { kind: 'unavailable' } });
    }
    await blocker.rollbackTransaction();
    await blocker.release();

    expect(await countRows(database.dataSource, 'events')).toBe(before);
    const meanwhile = await compareCounts(database.dataSource);
    expect(meanwhile.kept).toEqual(meanwhile.actual);
    expect((await store.recordBatch(events)).stored).toHaveLength(100);
    expect((await findings.upsertBatch(drafts)).map(({ created }) => created)).toEqual([true, true]);
    const { kept, actual } = await compareCounts(database.dataSource);
    expect(kept).toEqual(actual);
  });
});
