export { DEFAULT_LOG_BYTES, MATCH_LOG } from './match-log.js';
export type { Exchange, MatchLog, MatchLogStatus } from './match-log.js';
