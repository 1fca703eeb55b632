export { RedisMatchLog } from './redis-match-log.js';
export type { RedisMatchLogOptions } from './redis-match-log.js';
