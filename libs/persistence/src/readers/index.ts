export { DeadLetterReader } from './dead-letter-reader.js';
export type { StoredDeadLetter } from './dead-letter-reader.js';
export { EventReader } from './event-reader.js';
export type { EventFilter, StoredEvent } from './event-reader.js';
export { FindingReader } from './finding-reader.js';
export type { FindingFilter, StoredFinding, StoredFindingDetail } from './finding-reader.js';
export { RULE_ORDERS, RuleReader } from './rule-reader.js';
export type {
  RuleFilter,
  RuleOrder,
  StoredRule,
  StoredRuleDetail,
  StoredRuleProblems,
  StoredSwitchChange,
} from './rule-reader.js';
export { StatsReader } from './stats-reader.js';
export type { StatsSummary } from './stats-reader.js';
/** The token under which a host registers the connection that the readers take. */
export { DataSource } from 'typeorm';
