import { InitialSchema } from './0001-initial-schema.js';
import { FilterIndexes } from './0002-filter-indexes.js';
import { Rules } from './0003-rules.js';
import { AiEnrichment } from './0004-ai-enrichment.js';
import { EventConflicts } from './0005-event-conflicts.js';
import { SignedDeliveries } from './0006-signed-deliveries.js';
import { DeadLetterDays } from './0007-dead-letter-days.js';
import { CanonicalActors } from './0008-canonical-actors.js';
import { RuleSkips } from './0009-rule-skips.js';
import { Identity } from './0010-identity.js';
import { AuditTrail } from './0011-audit-trail.js';
import { ProviderSignIn } from './0012-provider-sign-in.js';
import { EventPartitions } from './0013-event-partitions.js';
import { EventWords } from './0014-event-words.js';
import { Retention } from './0015-retention.js';
import { EventTypeCounts } from './0016-event-type-counts.js';
import { ArchivedRuns } from './0017-archived-runs.js';

/** Every migration in its order. Append only: a migration that has run anywhere is never changed. */
export const MIGRATIONS = [
  InitialSchema,
  FilterIndexes,
  Rules,
  AiEnrichment,
  EventConflicts,
  SignedDeliveries,
  DeadLetterDays,
  CanonicalActors,
  RuleSkips,
  Identity,
  AuditTrail,
  ProviderSignIn,
  EventPartitions,
  EventWords,
  Retention,
  EventTypeCounts,
  ArchivedRuns,
] as const;
