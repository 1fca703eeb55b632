export { DeadLetterReader } from './dead-letter-reader.js';
export type { StoredDeadLetter } from './dead-letter-reader.js';
export { FindingReader } from './finding-reader.js';
export type {
  FindingEnrichment,
  FindingFilter,
  StoredFinding,
  StoredFindingDetail,
} from './finding-reader.js';
export { ModelStatusReader } from './model-status-reader.js';
export type { StoredModelStatus } from './model-status-reader.js';
export { queryRows } from './query-rows.js';
export { RatingReader } from './rating-reader.js';
export type { StoredRating } from './rating-reader.js';
export { SettingReader, settingInForce } from './setting-reader.js';
export type { StoredSettingRow } from './setting-reader.js';
export { SqlConditions } from './sql-conditions.js';
