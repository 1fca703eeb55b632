import { randomBytes } from 'node:crypto';
import { consumersWith, type StorageRoom } from '@mcm/contracts';
import type { AppError } from '@mcm/kernel';
import { EmbeddedEventBus } from '@mcm/messaging/drivers/embedded';
import {
  type ApplicationLogin,
  DatabaseClock,
  type DataSource,
  DeadLetters,
  ownerRights,
} from '@mcm/persistence';
import { loadConfig, type Logger } from '@mcm/platform';
import { PostgresJobQueue } from '@mcm/queue/drivers/postgres';
import { ApplicationLoginConfig } from './database-roles/application-login.config.js';
import { bringUpToDate } from './database-roles/bring-up-to-date.js';
import { DiskReserve, UNWATCHED_DISK } from './disk-reserve.js';
import type { ConnectOptions, Drivers } from './drivers.js';
import { EmbeddedPostgres, type EmbeddedPostgresEvent } from './embedded-postgres/embedded-postgres.js';
import { type HostingConfig, loadHostingConfig } from './hosting.config.js';
import { openDatabase } from './open-database.js';
import { OpenedParts } from './opened-parts.js';
import { withLogin } from './server-address.js';
import { watchDrivers } from './watch-drivers.js';

export interface ConnectDriversOptions extends ConnectOptions {
  /** Folder of the embedded PostgreSQL; untouched when DATABASE_URL is set. */
  dataDir: string;
  /**
   * Called when the embedded PostgreSQL has ended too often and stays away: the process is of no use from then on.
   * Without it the health checks say so, and requests fail.
   */
  onFatal?: (error: AppError) => void;
  /** False for tests, see {@link EmbeddedPostgres}. */
  durable?: boolean;
}

/** Connections of the pool that the services share; bus and queue have some of their own. */
const POOL_SIZE = 10;
/** Connections of the pipeline: one for each batch that is being handled, and one for a replay. */
const PIPELINE_POOL_SIZE = 7;
const APPLICATION = 'mini-compliance-monitor';

/**
 * The drivers of `PROFILE=standalone`: starts what is embedded, migrates, and opens bus and queue. What was begun is taken
 * back when a step fails. Throws AppErrors with sentences for people: those of {@link loadHostingConfig} and of
 * {@link EmbeddedPostgres.start}, and `unavailable` when a server cannot be reached.
 */
export async function connectDrivers(options: ConnectDriversOptions): Promise<Drivers> {
  const { env, logger, progress = () => undefined } = options;
  const config = loadHostingConfig(env, 'standalone');
  const opened = new OpenedParts();
  try {
    const embedded = config.databaseAddress === '';
    const ownerUrl = embedded ? await startEmbedded(options, opened) : config.databaseAddress;
    // The embedded server knows the password of this start alone, which is written nowhere.
    const login = embedded
      ? { role: new ApplicationLoginConfig().role, password: randomBytes(24).toString('hex') }
      : loadConfig(ApplicationLoginConfig, env).login;
    progress('Preparing the database');
    const pool = (url: string, poolSize: number, commits: 'durable' | 'ordered') =>
      openDatabase(
        {
          url,
          poolSize,
          commits,
          applicationName: APPLICATION,
          onConnectionLost: (error) => logger.warn({ err: error }, 'A database connection was lost'),
        },
        ...(embedded ? ['embedded PostgreSQL'] : []),
      );
    await prepareDatabase(ownerUrl, await pool(ownerUrl, 2, 'durable'), login, logger);

    const databaseUrl = login ? withLogin(ownerUrl, login) : ownerUrl;
    const dataSource = await pool(databaseUrl, POOL_SIZE, 'durable');
    opened.add(() => dataSource.destroy());
    // The embedded bus keeps its messages on the same server.
    const pipelineDataSource = await pool(databaseUrl, PIPELINE_POOL_SIZE, 'ordered');
    opened.add(() => pipelineDataSource.destroy());
    const rights = await ownerRights(dataSource);
    if (rights !== null) logger.warn(rights);

    const clock = await DatabaseClock.start(dataSource, logger);
    opened.add(async () => clock.stop());
    const store = { connection: { connectionString: databaseUrl }, log: logger };
    const deadLetters = new DeadLetters(dataSource);
    const jobQueue = await PostgresJobQueue.open({
      ...store,
      ...(options.jobsFrom && { jobsFrom: options.jobsFrom }),
    });
    opened.add(() => jobQueue.close());
    const eventBus = await EmbeddedEventBus.open({
      ...store,
      deadLetters,
      topology: consumersWith({ autoEnrich: config.autoEnrich !== 'off' }),
    });
    opened.add(() => eventBus.close());

    const drivers: Drivers = {
      databaseUrl,
      dataSource,
      clock,
      pipelineDataSource,
      eventBus,
      jobQueue,
      deadLetters,
      storageRoom: embedded ? watchedDisk(options, config) : UNWATCHED_DISK,
      matchLog: null,
      close: () => opened.close(),
    };
    // Bus and queue stand on that database.
    const stopWatching = watchDrivers(drivers, options);
    opened.add(async () => stopWatching());
    return drivers;
  } catch (error) {
    await opened.abandon(logger);
    throw error;
  }
}

/** The disk of the embedded PostgreSQL, which exists by now. */
function watchedDisk(options: ConnectDriversOptions, { diskReserve }: HostingConfig): StorageRoom {
  const reserve = new DiskReserve(options.dataDir, diskReserve);
  reserve.watch(options);
  return reserve;
}

async function startEmbedded(options: ConnectDriversOptions, opened: OpenedParts): Promise<string> {
  const { dataDir, logger, progress, onFatal, durable } = options;
  const postgres = new EmbeddedPostgres();
  const onEvent = (event: EmbeddedPostgresEvent) => {
    if (event.type === 'failed') {
      logger.fatal({ err: event.error }, event.message);
      onFatal?.(event.error);
    } else if (event.type === 'lost') logger.error({ event: event.type }, event.message);
    else logger.info({ event: event.type }, event.message);
    progress?.(event.message);
  };
  progress?.('Starting PostgreSQL');
  const { url } = await postgres.start({ dataDir, onEvent, ...(durable !== undefined && { durable }) });
  opened.add(() => postgres.stop());
  return url;
}

/** Brings the tables of the product, of the queue and of the bus up to date, as the owner, whose connections end then. */
async function prepareDatabase(
  ownerUrl: string,
  owner: DataSource,
  login: ApplicationLogin | null,
  logger: Logger,
): Promise<void> {
  try {
    const store = { connection: { connectionString: ownerUrl }, log: logger };
    const migrations = await bringUpToDate(owner, login, async () => {
      await PostgresJobQueue.migrate(store);
      await EmbeddedEventBus.migrate(store);
    });
    if (migrations.length > 0) logger.info({ migrations }, 'The database schema was brought up to date');
  } finally {
    await owner.destroy();
  }
}
