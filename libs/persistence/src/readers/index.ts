export { DeadLetterReader } from './dead-letter-reader.js';
export type { StoredDeadLetter } from './dead-letter-reader.js';
export { EnrichmentReader } from './enrichment-reader.js';
export type { StoredExchange, StoredFindingExchanges } from './enrichment-reader.js';
export { EnrichmentRunReader } from './enrichment-run-reader.js';
export type { StoredEnrichmentItem, StoredEnrichmentRun } from './enrichment-run-reader.js';
export { EventReader } from './event-reader.js';
export type { EventFilter, StoredEvent } from './event-reader.js';
export { FindingReader } from './finding-reader.js';
export { RULE_ORDERS, RuleReader } from './rule-reader.js';
export type {
  RuleFilter,
  RuleOrder,
  StoredRule,
  StoredRuleDetail,
  StoredRuleProblems,
  StoredOverrideChange,
} from './rule-reader.js';
export type {
  FindingEnrichment,
  FindingFilter,
  StoredFinding,
  StoredFindingDetail,
} from './finding-reader.js';
export { ModelStatusReader } from './model-status-reader.js';
export type { StoredModelStatus } from './model-status-reader.js';
export { RatingReader } from './rating-reader.js';
export type { StoredRating } from './rating-reader.js';
export { StatsReader } from './stats-reader.js';
export type { StatsSummary } from './stats-reader.js';
