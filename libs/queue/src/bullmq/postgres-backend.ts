import { ADVISORY_LOCKS } from '@mcm/contracts';
import { FaultReporter, type FaultLog } from '@mcm/platform';
import {
  PostgresConnection,
  PostgresQueueBackend,
  createPostgresBackend,
  withBackend,
  type BackendClasses,
  type PostgresConnectionOptions,
} from 'bullmq';
import {
  type BullmqBackend,
  type BullmqEvents,
  type BullmqJob,
  type BullmqProcessor,
  type BullmqQueue,
  type BullmqQueueOptions,
  type BullmqWorker,
  type BullmqWorkerOptions,
} from './bullmq-backend.js';
import { DEFAULT_LOCK_MS, eventsOf, queueOptions, startWorker, workerOptions } from './backend-parts.js';
import { storeError } from './store-errors.js';

/** How to reach PostgreSQL: node-postgres settings, `connectionString` or host, port and so on. */
export interface PostgresAccess {
  connectionString?: string;
  host?: string;
  port?: number;
  user?: string;
  password?: string;
  database?: string;
  /** Milliseconds to wait for a connection; default 10,000. */
  connectionTimeoutMillis?: number;
}

export interface PostgresBackendOptions {
  connection: PostgresAccess;
  /** Schema that holds BullMQ's tables; default `queue`. */
  schema?: string;
  /** Connections for adding and asking, shared by all queues; default 4. Each worker has up to three of its own. */
  producerConnections?: number;
  /**
   * Milliseconds after which a job whose worker has not been heard of counts as abandoned; workers renew at half of
   * it. Default 5,000: a restart takes up abandoned work within about seven seconds. It must be longer than the
   * event loop is ever blocked, else a job comes a second time while the first is still running.
   */
  lockDurationMs?: number;
  log: FaultLog;
}

export const DEFAULT_QUEUE_SCHEMA = 'queue';
const DEFAULT_CONNECT_MS = 10_000;
const DEFAULT_PRODUCER_CONNECTIONS = 4;

const OnPostgres = withBackend(createPostgresBackend);

/** BullMQ on PostgreSQL: few connections, its own schema, migrated explicitly. */
export class PostgresBackend implements BullmqBackend {
  private readonly faults: FaultReporter;
  private readonly shared: PostgresConnection;
  private readonly producers: BackendClasses<PostgresQueueBackend, PostgresConnectionOptions>;
  private readonly schema: string;
  private readonly lockMs: number;

  constructor(private readonly options: PostgresBackendOptions) {
    this.faults = new FaultReporter(options.log);
    this.schema = options.schema ?? DEFAULT_QUEUE_SCHEMA;
    this.lockMs = options.lockDurationMs ?? DEFAULT_LOCK_MS;
    this.shared = new PostgresConnection(
      this.access(options.producerConnections ?? DEFAULT_PRODUCER_CONNECTIONS),
    );
    this.shared.on('error', (error: unknown) => this.faults.report('queue store', error));
    // A backend per queue over one pool: adding needs no connection of its own.
    this.producers = withBackend((name, opts) => new PostgresQueueBackend(this.shared, name, opts, false));
  }

  /**
   * Creates or updates BullMQ's tables under its advisory lock. An explicit step: connections only check. Running it
   * again, or from several processes concurrently, does no harm.
   */
  static async migrate(options: PostgresBackendOptions): Promise<void> {
    await withConnection(options, true, async (connection) => {
      for (const [table, storage] of Object.entries(STORAGE_OPTIONS)) {
        if ((await tuneStorage(connection, table, storage)) && table === 'job') {
          await lightenCompression(connection);
        }
      }
    });
  }

  /** Creates a table of a user of this backend, whose rows live for moments as jobs do. Running it again does no harm. */
  static async createShortLivedTable(
    options: PostgresBackendOptions,
    { table, definition, payload }: ShortLivedTable,
  ): Promise<void> {
    await withConnection(options, false, async (connection) => {
      // Two processes that create a table at the same time would conflict.
      await connection.pool.query(
        `BEGIN; SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.jobTables}); ${definition}; COMMIT`,
      );
      if (await tuneStorage(connection, table, PAYLOAD_STORAGE)) {
        await connection.pool.query(`ALTER TABLE ${table} ALTER COLUMN ${payload} SET STORAGE EXTERNAL`);
      }
    });
  }

  async ready(): Promise<void> {
    try {
      await this.shared.waitUntilReady();
    } catch (error) {
      throw storeError('JOBS.STORE_UNAVAILABLE', 'The job store cannot be used', error);
    }
  }

  queue(name: string, options: BullmqQueueOptions): BullmqQueue {
    const queue = new this.producers.Queue<unknown, unknown, string>(name, {
      connection: {},
      ...queueOptions(options),
    });
    queue.on('error', (error) => this.faults.report(`queue ${name}`, error));
    return queue;
  }

  async worker(
    name: string,
    processor: BullmqProcessor,
    options: BullmqWorkerOptions,
  ): Promise<BullmqWorker> {
    const worker = new OnPostgres.Worker<unknown, unknown, string>(
      name,
      // BullMQ hands over a signal only to functions that declare three parameters.
      (job: BullmqJob, token?: string, signal?: AbortSignal) => processor(job, token!, signal!),
      {
        // One statement at a time per job, one for renewing locks.
        connection: this.access(Math.min(options.concurrency + 1, 4)),
        ...workerOptions(options, this.lockMs),
      },
    );
    const ready = () => worker.waitUntilReady();
    await startWorker(worker, name, options, this.faults, ready, () => worker.close(true));
    return worker;
  }

  events(name: string): BullmqEvents {
    const events = new OnPostgres.QueueEvents<unknown>(name, { connection: this.access(1) });
    return eventsOf(events, name, this.faults, () => events.close());
  }

  async removeEnded(queue: string, ids: readonly string[]): Promise<void> {
    // BullMQ's own removal takes waiting jobs too: between its look and its removal another process may have put a
    // new job under the id, which would be lost.
    await this.query(
      `DELETE FROM job WHERE queue = $1 AND id = ANY($2::text[]) AND state IN ('completed', 'failed')`,
      [queue, ids],
    );
  }

  /** Asks the tables under BullMQ themselves, for what it has no call for. Unqualified names are its tables. */
  async query<R>(sql: string, parameters: readonly unknown[]): Promise<R[]> {
    const { rows } = await this.shared.pool.query<R>(sql, parameters);
    return rows;
  }

  async close(): Promise<void> {
    await this.shared.close();
  }

  private access(max: number) {
    return { ...accessOf(this.options.connection), max, schema: this.schema };
  }
}

function accessOf(access: PostgresAccess) {
  return { connectionTimeoutMillis: DEFAULT_CONNECT_MS, keepAlive: true, ...access };
}

/** A table beside BullMQ's. */
export interface ShortLivedTable {
  table: string;
  /** `CREATE TABLE IF NOT EXISTS …`, without a schema. */
  definition: string;
  /** The column of large values, which are compressed already. */
  payload: string;
}

/** Runs a step of the migration on a connection of its own. */
async function withConnection(
  options: PostgresBackendOptions,
  migrate: boolean,
  step: (connection: PostgresConnection) => Promise<void>,
): Promise<void> {
  const connection = new PostgresConnection({
    ...accessOf(options.connection),
    max: 1,
    schema: options.schema ?? DEFAULT_QUEUE_SCHEMA,
    migrate,
  });
  connection.on('error', (error: unknown) => new FaultReporter(options.log).report('queue migration', error));
  try {
    await connection.waitUntilReady();
    await step(connection);
  } catch (error) {
    throw storeError('JOBS.STORE_UNAVAILABLE', 'The job store could not be migrated', error);
  } finally {
    await connection.close();
  }
}

/** Tables of which every row dies soon: vacuum them by number of dead rows, not by share, and without a pause. */
const PAYLOAD_STORAGE = [
  'autovacuum_vacuum_scale_factor=0',
  'autovacuum_vacuum_threshold=2000',
  'autovacuum_vacuum_cost_delay=0',
  'toast.autovacuum_vacuum_scale_factor=0',
  'toast.autovacuum_vacuum_threshold=20000',
  'toast.autovacuum_vacuum_cost_delay=0',
] as const;
const STORAGE_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  job: PAYLOAD_STORAGE,
  event: ['autovacuum_vacuum_scale_factor=0', 'autovacuum_vacuum_threshold=5000'],
};

/** SQLSTATE of a server that was built without a feature. */
const FEATURE_NOT_SUPPORTED = '0A000';

/** Answers whether there was something to do. */
async function tuneStorage(
  connection: PostgresConnection,
  table: string,
  options: readonly string[],
): Promise<boolean> {
  const { rows } = await connection.pool.query<{ reloptions: string[] | null }>(
    `SELECT reloptions FROM pg_class WHERE oid = $1::regclass`,
    [table],
  );
  const present = new Set(rows[0]?.reloptions ?? []);
  // Only when needed: the statement waits for a running vacuum of the table.
  if (options.every((option) => option.startsWith('toast.') || present.has(option))) return false;
  await connection.pool.query(`ALTER TABLE ${table} SET (${options.join(', ')})`);
  return true;
}

/**
 * Payloads live for moments. Compressing a batch the default way takes longer than everything else about it, so lz4
 * does it where the server has lz4, otherwise it is off: about 0.4 KB more disk per waiting message.
 */
async function lightenCompression(connection: PostgresConnection): Promise<void> {
  try {
    await connection.pool.query('ALTER TABLE job ALTER COLUMN data SET COMPRESSION lz4');
  } catch (error) {
    if ((error as { code?: unknown }).code !== FEATURE_NOT_SUPPORTED) throw error;
    await connection.pool.query('ALTER TABLE job ALTER COLUMN data SET STORAGE EXTERNAL');
  }
}
