import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import {
  type Disagreement,
  ENRICHMENT_SOURCES,
  type EnrichmentSource,
  type FindingReason,
  SEVERITIES,
  type Severity,
} from '@mcm/contracts';
import type { StoredFinding, StoredFindingDetail } from '@mcm/persistence';
import { contractSchema } from '../openapi/contract-schemas.js';
import { EventDto } from '../events/event.dto.js';
import { FindingEnrichmentDto } from './finding-enrichment.dto.js';

/** A finding as shown in lists. */
@ApiSchema({ name: 'Finding', description: 'A finding of a rule.' })
export class FindingDto implements StoredFinding {
  @ApiProperty({ type: 'integer', format: 'int64' })
  id!: number;

  @ApiProperty({ example: 'too_many_failed_logins' })
  rule_name!: string;

  @ApiProperty({ description: 'The facts in a sentence.' })
  description!: string;

  @ApiProperty({ enum: SEVERITIES, enumName: 'Severity' })
  severity!: Severity;

  @ApiProperty({ description: 'The actor.' })
  user!: string;

  @ApiProperty({
    description:
      'The canonical name that is used for counting and searching: `user` without differences that cannot ' +
      'be seen.',
  })
  canonical_user!: string;

  @ApiProperty({ format: 'date-time', description: 'When the finding was raised.' })
  created_at!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: 100,
    nullable: true,
    description: 'Null until enriched.',
  })
  risk_score!: number | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'Null until enriched.' })
  ai_explanation!: string | null;

  @ApiProperty({ description: 'Identity of the rule.' })
  rule_id!: string;

  @ApiProperty({ description: 'Title of the rule.' })
  title!: string;

  @ApiProperty({
    enum: ['event', 'correlation'],
    description: 'Raised by a single event, or by several together.',
  })
  kind!: 'event' | 'correlation';

  @ApiProperty({ type: 'integer', minimum: 1 })
  event_count!: number;

  @ApiProperty({ format: 'date-time', description: 'Time of the earliest event.' })
  first_seen!: string;

  @ApiProperty({ format: 'date-time', description: 'Time of the latest event.' })
  last_seen!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'How often the finding was written; 1 means that it has not changed.',
  })
  revision!: number;

  @ApiProperty({
    type: 'string',
    enum: ENRICHMENT_SOURCES,
    nullable: true,
    description: 'Where the score comes from; null until enriched.',
  })
  enrichment_source!: EnrichmentSource | null;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: 100,
    nullable: true,
    description: 'The minimum score, set by the rule; `risk_score` is never lower.',
  })
  rule_score!: number | null;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: 100,
    nullable: true,
    description: 'The score of the model, even if it is too low to count; null for the heuristic.',
  })
  model_score!: number | null;

  @ApiProperty({
    type: 'string',
    enum: ['model_higher', 'model_lower'],
    nullable: true,
    description: 'The scores of model and rule differ by at least 15 points.',
  })
  disagreement!: Disagreement | null;

  @ApiProperty({ description: 'Text in its events tries to instruct a model.' })
  injection_suspected!: boolean;
}

/** A finding with its evidence. */
@ApiSchema({ name: 'FindingDetail', description: 'A finding with its reasons and evidence.' })
export class FindingDetailDto extends FindingDto implements Omit<StoredFindingDetail, 'reasons'> {
  @ApiProperty({ description: 'Hash of the rule at the time of the finding.' })
  rule_hash!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    nullable: true,
    description: 'Number of that text of the rule, see `GET /rules/{id}`; null when it was never in force.',
  })
  rule_version!: number | null;

  @ApiProperty({
    type: [String],
    description: 'Identities of the events behind the finding: the earliest 50 and the latest 50.',
  })
  event_uids!: readonly string[];

  @ApiProperty({
    type: 'array',
    items: contractSchema('FindingReason'),
    description:
      'Why the finding was raised: conditions, fields, patterns and values; for thresholds the counts.',
  })
  reasons!: FindingReason[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' } },
    description: 'Affected controls by framework.',
    example: { tsc: ['CC6.1'] },
  })
  controls!: Record<string, string[]>;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Values that the events were grouped by, as JSON; null for single events.',
  })
  group_key!: string | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'The language model, if one was used.' })
  enrichment_model!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  enriched_at!: string | null;

  @ApiProperty({
    type: FindingEnrichmentDto,
    nullable: true,
    description: 'Content and origin of the enrichment; null until enriched.',
  })
  enrichment!: FindingEnrichmentDto | null;

  @ApiProperty({
    type: [EventDto],
    description: 'The stored evidence, oldest first, at most 100 events and at most 64 MiB.',
  })
  events!: EventDto[];
}

/** One page of findings. */
@ApiSchema({ name: 'FindingPage', description: 'One page of findings, newest first.' })
export class FindingPageDto {
  @ApiProperty({ type: [FindingDto] })
  items!: FindingDto[];

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Findings that match, on all pages.' })
  total!: number;

  @ApiProperty({ type: 'integer', minimum: 1 })
  page!: number;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 100 })
  page_size!: number;
}
