export { matchLogContract } from './match-log.contract.js';
export type { MatchLogStore } from './match-log.contract.js';
