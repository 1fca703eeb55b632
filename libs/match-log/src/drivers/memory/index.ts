export { MemoryMatchLog, MemoryMatches } from './memory-match-log.js';
