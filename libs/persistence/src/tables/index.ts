import { AI_EXCHANGE } from './ai-exchanges.js';
import type { Columns } from './columns.js';
import { DEAD_LETTER } from './dead-letters.js';
import { EVENT } from './events.js';
import { FINDING_ENRICHMENT } from './finding-enrichments.js';
import { FINDING } from './findings.js';
import { RULE } from './rules.js';

/** Every table whose columns more than one statement lists, by its name. */
export const TABLES: Readonly<Record<string, Columns>> = {
  ai_exchanges: AI_EXCHANGE,
  dead_letters: DEAD_LETTER,
  events: EVENT,
  finding_enrichments: FINDING_ENRICHMENT,
  findings: FINDING,
  rules: RULE,
};

export * from './ai-exchanges.js';
export * from './columns.js';
export * from './dead-letters.js';
export * from './events.js';
export * from './finding-enrichments.js';
export * from './findings.js';
export { isoTime } from './iso-time.js';
export * from './rules.js';
