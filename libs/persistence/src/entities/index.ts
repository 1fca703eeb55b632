import { AiAnswerEntity } from './ai-answer.entity.js';
import { AiExchangeEntity } from './ai-exchange.entity.js';
import { AiPromptEntity } from './ai-prompt.entity.js';
import { AiProviderEntity } from './ai-provider.entity.js';
import { AiSlotEntity } from './ai-slot.entity.js';
import { AiUsageEntity, AiUsageMinuteEntity } from './ai-usage.entity.js';
import { DeadLetterEntity } from './dead-letter.entity.js';
import { DeadLetterDayEntity } from './dead-letter-day.entity.js';
import { EnrichmentRatingEntity } from './enrichment-rating.entity.js';
import { EnrichmentRunEntity, EnrichmentRunItemEntity } from './enrichment-run.entity.js';
import { EventDailyCountEntity } from './event-daily-count.entity.js';
import { EventEntity } from './event.entity.js';
import { FindingDailyCountEntity } from './finding-daily-count.entity.js';
import { FindingEnrichmentEntity } from './finding-enrichment.entity.js';
import { FindingUserDailyCountEntity } from './finding-user-daily-count.entity.js';
import { FindingEntity } from './finding.entity.js';
import { RuleEntity } from './rule.entity.js';
import { RuleCatalogueEntity } from './rule-catalogue.entity.js';
import { RuleClockEntity } from './rule-clock.entity.js';
import { RuleFileEntity } from './rule-file.entity.js';
import { RuleHitsEntity } from './rule-hits.entity.js';
import { RuleSkipsEntity } from './rule-skips.entity.js';
import { RuleLoadEntity } from './rule-load.entity.js';
import { RuleSwitchEntity } from './rule-switch.entity.js';
import { RuleSwitchChangeEntity } from './rule-switch-change.entity.js';
import { RuleSwitchRevisionEntity } from './rule-switch-revision.entity.js';
import { RuleVersionEntity } from './rule-version.entity.js';
import { SignedDeliveryEntity } from './signed-delivery.entity.js';

export {
  AiAnswerEntity,
  AiExchangeEntity,
  AiPromptEntity,
  AiProviderEntity,
  AiSlotEntity,
  AiUsageEntity,
  AiUsageMinuteEntity,
  DeadLetterEntity,
  DeadLetterDayEntity,
  EnrichmentRatingEntity,
  EnrichmentRunEntity,
  EnrichmentRunItemEntity,
  EventDailyCountEntity,
  EventEntity,
  FindingDailyCountEntity,
  FindingEnrichmentEntity,
  FindingEntity,
  FindingUserDailyCountEntity,
  RuleEntity,
  RuleCatalogueEntity,
  RuleClockEntity,
  RuleFileEntity,
  RuleHitsEntity,
  RuleSkipsEntity,
  RuleLoadEntity,
  RuleSwitchEntity,
  RuleSwitchChangeEntity,
  RuleSwitchRevisionEntity,
  RuleVersionEntity,
  SignedDeliveryEntity,
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
  DeadLetterDayEntity,
  RuleEntity,
  RuleCatalogueEntity,
  RuleClockEntity,
  RuleFileEntity,
  RuleHitsEntity,
  RuleSkipsEntity,
  RuleLoadEntity,
  RuleSwitchEntity,
  RuleSwitchChangeEntity,
  RuleSwitchRevisionEntity,
  RuleVersionEntity,
  SignedDeliveryEntity,
  AiPromptEntity,
  AiExchangeEntity,
  AiAnswerEntity,
  AiUsageEntity,
  AiUsageMinuteEntity,
  AiSlotEntity,
  AiProviderEntity,
  EnrichmentRunEntity,
  EnrichmentRunItemEntity,
  EnrichmentRatingEntity,
] as const;
