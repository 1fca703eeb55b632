export type { RedisAddress } from './redis-address.js';
export { RedisConnections, redisError } from './redis-connections.js';
export type { RedisConnectionsOptions, RedisManner } from './redis-connections.js';
export { runnable } from './redis-script.js';
export type { RedisScript } from './redis-script.js';
export { assertKeepsKeys, probeWrites, readServer } from './redis-server.js';
export type { RedisServer } from './redis-server.js';
export type { Redis } from 'ioredis';
