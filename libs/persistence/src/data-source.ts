import { DataSource } from 'typeorm';
import { ENTITIES } from './entities/index.js';
import { MIGRATIONS } from './migrations/index.js';

/**
 * The pool through which the pipeline writes what messages lead to: events and findings. Where the bus keeps its messages
 * on the same server its commits are `ordered`, else it is the same pool as elsewhere (docs/adr/0008).
 */
export const PIPELINE_DATA_SOURCE = Symbol('PipelineDataSource');

/** How to reach the database. */
export interface DataSourceSettings {
  /** `postgres://user:password@host:port/database`. */
  url: string;
  /** Most connections held at the same time by this process. */
  poolSize: number;
  /** Shown by PostgreSQL in `pg_stat_activity`. */
  applicationName: string;
  /** Longest time that one statement may run, in milliseconds; 30 seconds when absent. */
  statementTimeoutMs?: number;
  /**
   * `ordered`: a commit returns before it is on disk, which a crash of the server may then take back, together with
   * everything that was committed after it and never without that. For effects of messages that the same server keeps:
   * a consumer that acknowledges such a message after its effect loses both or none. `durable`, the default, waits for the disk.
   */
  commits?: 'durable' | 'ordered';
  /** Told when an idle connection is lost. The pool replaces it by itself, so this is for logs and counters. */
  onConnectionLost?: (error: Error) => void;
}

const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** An abandoned transaction holds locks that others wait for. */
const IDLE_TRANSACTION_TIMEOUT_MS = 60_000;

/**
 * A pool of connections with the migrations of this package. Nothing is opened before `initialize()`,
 * which rejects when the database cannot be reached. Once initialised it outlives the server: calls made while the
 * server is away are rejected, and work again when it is back.
 */
export function createDataSource(settings: DataSourceSettings): DataSource {
  const { url, poolSize, applicationName, onConnectionLost } = settings;
  return new DataSource({
    type: 'postgres',
    url,
    poolSize,
    applicationName,
    entities: [...ENTITIES],
    migrations: [...MIGRATIONS],
    migrationsTableName: 'schema_migrations',
    migrationsRun: false,
    synchronize: false,
    installExtensions: false,
    // Logs nothing except with DEBUG=typeorm:*; errors are thrown anyhow.
    logger: 'debug',
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    // Without a handler an idle connection that breaks would end the process.
    poolErrorHandler: (error: Error) => onConnectionLost?.(error),
    extra: {
      keepAlive: true,
      statement_timeout: settings.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT_MS,
      // Days are UTC days everywhere, whatever the zone of the server is.
      options: `-c TimeZone=UTC${settings.commits === 'ordered' ? ' -c synchronous_commit=off' : ''}`,
    },
  });
}
