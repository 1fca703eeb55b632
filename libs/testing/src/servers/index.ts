import { NATS, REDIS } from './server-kind.js';
import type { ServerSettings } from './server-place.js';
import { startServer, type OwnTestServer, type TestServer } from './test-server.js';

export { describeWith, SERVER_KINDS, whyNotSetting, type ServerDemands } from './describe-with.js';
export { findServer, type ServerDemand, type ServerMeans } from './find-server.js';
export type { ServerKind } from './server-kind.js';
export type { ServerSettings } from './server-place.js';
export type { OwnTestServer, TestServer } from './test-server.js';

/** A NATS server with JetStream for one test alone, which may kill it. */
export const startOwnNats = (settings?: ServerSettings): Promise<OwnTestServer> =>
  startServer(NATS, 'own', settings);

/** A Redis with append-only file; one that TEST_REDIS_URL names is shared, so keep to the namespace. */
export const startRedis = (): Promise<TestServer> => startServer(REDIS, 'any');

/** A Redis with append-only file for one test alone, which may kill it. */
export const startOwnRedis = (settings?: ServerSettings): Promise<OwnTestServer> =>
  startServer(REDIS, 'own', settings);
