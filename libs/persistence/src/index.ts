export { createDataSource, PIPELINE_DATA_SOURCE } from './data-source.js';
export type { DataSourceSettings } from './data-source.js';
export { DatabaseClock } from './database-clock.js';
export { databaseError, isTransactionConflict } from './database-errors.js';
export { assertSchemaIsCurrent, migrate } from './migrate.js';
export * from './readers/index.js';
export { toSafeInteger } from './safe-integer.js';
export { storableJson } from './storable-json.js';
export { cutText, storableText } from './storable-text.js';
export { DeadLetterQuota, type LettersToKeep } from './stores/dead-letter-quota.js';
export { DeadLetters } from './stores/dead-letters.js';
export { RatingStore } from './stores/rating-store.js';
export type { NewRating } from './stores/rating-store.js';
export { EventStore } from './stores/event-store.js';
export type { RecordedBatch } from './stores/event-store.js';
export type { UpsertedFinding } from './stores/upserted-finding.js';
export { FindingStore } from './stores/finding-store.js';
export { RuleCatalogue } from './stores/rule-catalogue.js';
export type {
  CatalogueChanges,
  CatalogueState,
  LoadDecision,
  LoadRequest,
  NewCatalogue,
  RuleSources,
} from './stores/rule-catalogue.js';
export { RuleClock } from './stores/rule-clock.js';
export { RuleOverrides } from './stores/rule-overrides.js';
export type { RuleOverride, OverrideRequest } from './stores/rule-overrides.js';
export { SignedDeliveries } from './stores/signed-deliveries.js';
export type { FirstDelivery, SignedDelivery } from './stores/signed-deliveries.js';
export { RuleSkips } from './stores/rule-skips.js';
export { StoredEvents } from './stores/stored-events.js';
export type { EventPage, EventPages, EventPlace, StoredEpisode, TimeRange } from './stores/stored-events.js';
export * from './tables/index.js';
export { DataSource, EntityManager, type QueryRunner } from 'typeorm';
export { probeWrites } from './write-probe.js';
