export {
  EmbeddedPostgres,
  type EmbeddedPostgresEvent,
  type EmbeddedPostgresOptions,
} from './embedded-postgres/embedded-postgres.js';
export { freePort } from './embedded-postgres/free-port.js';
