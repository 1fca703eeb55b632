export { connectDrivers, type ConnectDriversOptions } from './connect-drivers.js';
export { connectDistributed, type ConnectDistributedOptions } from './distributed/connect-distributed.js';
export { takeDbUrl } from './db-url.js';
export { DistributedConfig } from './distributed/distributed.config.js';
export type { Drivers } from './drivers.js';
export { DriversModule } from './drivers.module.js';
export { DATA_FOLDER_MODE } from './embedded-postgres/data-placement.js';
export {
  EmbeddedPostgres,
  type EmbeddedPostgresEvent,
  type EmbeddedPostgresOptions,
} from './embedded-postgres/embedded-postgres.js';
export { HostingConfig, loadHostingConfig, type Profile } from './hosting.config.js';
export { openDatabaseOf } from './migrate/database-of.js';
export { OpenedParts } from './opened-parts.js';
export { runService } from './service-process/run-service.js';
export { startTracing, type Tracing } from './tracing/start-tracing.js';
export {
  type RunningService,
  type ServiceContext,
  type ServiceDefinition,
  startOverBus,
  hostModules,
} from './service-process/service-definition.js';
