import { DeadLetterEntity } from './dead-letter.entity.js';
import { EventDailyCountEntity } from './event-daily-count.entity.js';
import { EventEntity } from './event.entity.js';
import { FindingDailyCountEntity } from './finding-daily-count.entity.js';
import { FindingEnrichmentEntity } from './finding-enrichment.entity.js';
import { FindingUserDailyCountEntity } from './finding-user-daily-count.entity.js';
import { FindingEntity } from './finding.entity.js';

export {
  DeadLetterEntity,
  EventDailyCountEntity,
  EventEntity,
  FindingDailyCountEntity,
  FindingEnrichmentEntity,
  FindingEntity,
  FindingUserDailyCountEntity,
};

/** Every entity; the data source knows these and no others. */
export const ENTITIES = [
  EventEntity,
  EventDailyCountEntity,
  FindingEntity,
  FindingDailyCountEntity,
  FindingUserDailyCountEntity,
  FindingEnrichmentEntity,
  DeadLetterEntity,
] as const;
