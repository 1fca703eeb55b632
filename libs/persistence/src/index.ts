export { withConflictRetry } from './conflict-retry.js';
export { copiedRows, COPY_NULL, copyRows, copyText } from './copy-rows.js';
export { createDataSource, PIPELINE_DATA_SOURCE } from './data-source.js';
export type { DataSourceSettings } from './data-source.js';
export { DatabaseClock } from './database-clock.js';
export { databaseError, isTransactionConflict, isUniqueViolation } from './database-errors.js';
export * from './entities/index.js';
export * from './event-days/index.js';
export { inTransaction } from './in-transaction.js';
export { jsonBatches } from './json-batches.js';
export { assertSchemaIsCurrent, migrate } from './migrate.js';
export * from './readers/index.js';
export { removeInPortions } from './remove-in-portions.js';
export { type ApplicationLogin, grantApplication } from './roles/application-role.js';
export { ownerRights } from './roles/owner-rights.js';
export { asStorageOwner } from './roles/storage-role.js';
export { toSafeInteger } from './safe-integer.js';
export { storableJson } from './storable-json.js';
export { cutText, storableText } from './storable-text.js';
export { DeadLetters } from './stores/dead-letters.js';
export * from './tables/index.js';
export { jsonText, type TextBatch, textBatches } from './text-batches.js';
export { probeWrites } from './write-probe.js';
export {
  DataSource,
  EntityManager,
  In,
  IsNull,
  LessThan,
  MoreThan,
  Not,
  type QueryRunner,
  type Repository,
} from 'typeorm';
