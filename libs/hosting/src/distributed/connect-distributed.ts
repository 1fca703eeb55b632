import { consumersWith } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { RedisMatchLog } from '@mcm/match-log/drivers/redis';
import { JetStreamEventBus } from '@mcm/messaging/drivers/jetstream';
import {
  assertSchemaIsCurrent,
  DatabaseClock,
  type DataSource,
  DeadLetters,
  ownerRights,
} from '@mcm/persistence';
import { loadConfig } from '@mcm/platform';
import { RedisJobQueue } from '@mcm/queue/drivers/redis';
import { UNWATCHED_DISK } from '../disk-reserve.js';
import type { ConnectOptions, Drivers } from '../drivers.js';
import { loadHostingConfig } from '../hosting.config.js';
import { openDatabase } from '../open-database.js';
import { OpenedParts } from '../opened-parts.js';
import { unlessRefusedByRedis } from '../refused-login.js';
import { watchDrivers } from '../watch-drivers.js';
import { DistributedConfig } from './distributed.config.js';
import { waitForServer } from './wait-for-server.js';

export interface ConnectDistributedOptions extends ConnectOptions {
  /** Shown by PostgreSQL and NATS in their lists of connections. */
  name: string;
  /** Whether the matches of replicas have one order: only for the service that evaluates. */
  sharesMatches?: boolean;
  /** Ends the waiting for servers that are not there yet. */
  signal?: AbortSignal;
}

/**
 * The drivers of `PROFILE=distributed`: PostgreSQL, NATS JetStream and Redis as servers of their own. Waits for those
 * that are not there yet, as long as STARTUP_WAIT_SECONDS says; does not migrate, but insists on a current schema. What
 * was begun is taken back when a step fails. Throws AppErrors with sentences for people.
 */
export async function connectDistributed(options: ConnectDistributedOptions): Promise<Drivers> {
  const { env, logger, progress = () => undefined, name, signal } = options;
  const { databaseAddress: databaseUrl, autoEnrich } = loadHostingConfig(env, 'distributed');
  const config = loadConfig(DistributedConfig, env);
  const opened = new OpenedParts();
  const waiting = {
    timeoutMs: config.startupWaitSeconds * 1000,
    onWait: (reason: string) => {
      logger.warn(`Waiting: ${reason}`);
      progress(`waiting: ${reason}`);
    },
    ...(signal && { signal }),
  };
  try {
    const dataSource = await waitForServer(
      () =>
        openDatabase({
          url: databaseUrl,
          poolSize: config.databasePoolSize,
          applicationName: name,
          onConnectionLost: (error) => logger.warn({ err: error }, 'A database connection was lost'),
        }),
      waiting,
    );
    opened.add(() => dataSource.destroy());
    await waitForServer(() => requireSchema(dataSource), waiting);
    const rights = await ownerRights(dataSource);
    if (rights !== null) logger.warn(rights);

    const clock = await DatabaseClock.start(dataSource, logger);
    opened.add(async () => clock.stop());
    const deadLetters = new DeadLetters(dataSource);
    const redis = {
      address: {
        url: config.redisAddress,
        ...(config.redisTlsCaFile !== '' && { caFile: config.redisTlsCaFile }),
      },
      log: logger,
    };
    const jobQueue = await waitForServer(
      () =>
        unlessRefusedByRedis(
          RedisJobQueue.open({ ...redis, ...(options.jobsFrom && { jobsFrom: options.jobsFrom }) }),
        ),
      waiting,
    );
    opened.add(() => jobQueue.close());
    const matchLog = options.sharesMatches
      ? await waitForServer(
          () => RedisMatchLog.open({ ...redis, maxBytes: config.matchLogMaxBytes }),
          waiting,
        )
      : null;
    if (matchLog) opened.add(() => matchLog.close());
    const eventBus = await waitForServer(
      () =>
        JetStreamEventBus.open({
          nats: config.nats(name),
          deadLetters,
          log: logger,
          topology: consumersWith({ autoEnrich: autoEnrich !== 'off' }),
          replicas: config.natsReplicas,
          limits: {
            messages: config.busMaxMessages,
            bytes: config.busMaxBytes,
            ageSeconds: config.busMaxAgeSeconds,
          },
        }),
      waiting,
    );
    opened.add(() => eventBus.close());

    const drivers: Drivers = {
      databaseUrl,
      dataSource,
      clock,
      // The bus is on another server: what leads to an acknowledgement has to be on disk here (docs/adr/0008).
      pipelineDataSource: dataSource,
      eventBus,
      jobQueue,
      deadLetters,
      storageRoom: UNWATCHED_DISK,
      matchLog,
      close: () => opened.close(),
    };
    const stopWatching = watchDrivers(drivers, options, {
      eventBus: () => eventBus.assertWritable(),
      jobQueue: () => jobQueue.assertWritable(),
    });
    opened.add(async () => stopWatching());
    return drivers;
  } catch (error) {
    await opened.abandon(logger);
    throw error;
  }
}

async function requireSchema(dataSource: DataSource): Promise<void> {
  try {
    await assertSchemaIsCurrent(dataSource);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'PERSISTENCE.SCHEMA_OUTDATED') throw error;
    throw new AppError(error.kind, error.code, `${error.message} They are run by: npm run start:migrate`, {
      cause: error,
    });
  }
}
