export { connectDrivers, type ConnectDriversOptions, type Drivers } from './connect-drivers.js';
export { DriversModule } from './drivers.module.js';
export {
  EmbeddedPostgres,
  type EmbeddedPostgresEvent,
  type EmbeddedPostgresOptions,
} from './embedded-postgres/embedded-postgres.js';
export { freePort } from './embedded-postgres/free-port.js';
export { HostingConfig, loadHostingConfig } from './hosting.config.js';
