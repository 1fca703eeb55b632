import {
  ENRICHMENT_ITEM_STATES,
  ENRICHMENT_RUN_STATES,
  ENRICHMENT_SELECTIONS,
  type EnrichmentItemState,
  type EnrichmentRunState,
  type EnrichmentTally,
  SEVERITIES,
  type Severity,
} from '@mcm/contracts';
import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsInt, IsOptional, Max, Min } from 'class-validator';
import { JobProgressDto } from '../jobs/job-status.dto.js';
import { contractSchema } from '../openapi/contract-schemas.js';
import { BooleanParameter, IntegerParameter, WordParameter } from '../parameters/parameter.decorators.js';

/** Most findings that one bulk enrichment takes by id. */
const BULK_MAX = 10_000;

/** Paging of `POST /findings/enrich_all_missing`. */
export class EnrichAllMissingQuery {
  @IntegerParameter({ min: 1, max: 500, default: 50, description: 'Maximum number of findings to enrich.' })
  limit: number = 50;
}

/** Options of `POST /findings/{id}/enrich_with_ai`. */
export class EnrichFindingQuery {
  @BooleanParameter({
    default: false,
    description: 'Ask the model again, even if the answer to the same question is stored.',
  })
  refresh: boolean = false;
}

/** Options of `POST /enrichments`. */
export class StartEnrichmentQuery {
  @BooleanParameter({
    default: false,
    description: 'Return the estimated work and cost, without starting the run.',
  })
  dry_run: boolean = false;
}

/** Options of `POST /enrichments/{id}/retry`. */
export class RetryEnrichmentQuery {
  @BooleanParameter({
    default: false,
    description: 'Also findings that the heuristic answered in place of the model.',
  })
  fallbacks: boolean = false;
}

/** What to enrich in bulk: these findings, or all that have no enrichment. */
@ApiSchema({ name: 'EnrichmentRequest' })
export class EnrichmentRequestDto {
  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'integer', format: 'int64', minimum: 1 },
    minItems: 1,
    maxItems: BULK_MAX,
    description:
      'Ids of findings, also with an existing enrichment; when absent, `which` selects the findings.',
  })
  @IsOptional()
  @IsArray({ message: '$property must be a list of ids' })
  @ArrayMinSize(1, { message: '$property must not be empty' })
  @ArrayMaxSize(BULK_MAX, { message: `$property must hold at most ${BULK_MAX} ids` })
  @IsInt({ each: true, message: '$property must hold whole numbers only' })
  @Min(1, { each: true, message: '$property must hold ids from 1 only' })
  @Max(Number.MAX_SAFE_INTEGER, {
    each: true,
    message: `$property must hold ids up to ${Number.MAX_SAFE_INTEGER} only`,
  })
  finding_ids?: number[];

  @WordParameter(ENRICHMENT_SELECTIONS, {
    description:
      '`missing`: findings without enrichment (the default); `not_by_model`: also findings that the ' +
      'heuristic answered.',
  })
  which?: (typeof ENRICHMENT_SELECTIONS)[number];

  @WordParameter(SEVERITIES, { many: true, enumName: 'Severity', description: 'Only these severities.' })
  severity?: Severity[];

  @IntegerParameter({ min: 1, max: 1_000_000, description: 'At most this many, the newest.' })
  limit?: number;
}

/** A bulk enrichment. */
@ApiSchema({ name: 'Enrichment' })
export class EnrichmentDto {
  @ApiProperty()
  id!: string;

  @ApiProperty({
    enum: ENRICHMENT_RUN_STATES,
    enumName: 'EnrichmentRunState',
    description:
      '`waiting`: no worker has begun. `failed`: the run itself failed; failed findings are in the tally.',
  })
  state!: EnrichmentRunState;

  @ApiProperty({
    type: JobProgressDto,
    nullable: true,
    description: 'Share of finished findings; null until the findings are listed.',
  })
  progress!: JobProgressDto | null;

  @ApiProperty({ allOf: [contractSchema('EnrichmentTally')] })
  tally!: EnrichmentTally;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Why the run failed, or what it currently waits for.',
  })
  error!: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  started_at!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  finished_at!: string | null;
}

/** What a bulk enrichment would do. */
@ApiSchema({ name: 'EnrichmentEstimate' })
export class EnrichmentEstimateDto {
  @ApiProperty({ type: 'integer', description: 'Findings that would be enriched.' })
  findings!: number;

  @ApiProperty({
    type: 'integer',
    description:
      'Findings answered by the heuristic, because no model is configured or usable, or because the budget ' +
      'is too small.',
  })
  heuristic!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Findings answered from the cache, because the same question was asked before.',
  })
  cached!: number;

  @ApiProperty({ type: 'integer', description: 'Questions to the model.' })
  requests!: number;

  @ApiProperty({ type: 'integer' })
  input_tokens!: number;

  @ApiProperty({ type: 'integer' })
  output_tokens!: number;

  @ApiProperty({
    type: 'number',
    nullable: true,
    description: 'In US dollars; null when no price is configured.',
  })
  cost_usd!: number | null;

  @ApiProperty({
    type: 'integer',
    description: 'Number of sampled findings, from which the rest is extrapolated.',
  })
  sampled!: number;

  @ApiProperty({ type: 'string', nullable: true, description: 'Null when no model is configured.' })
  model!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Remaining budget of today (UTC); null without a budget.',
  })
  budget_left_tokens!: number | null;
}

/** Filter and paging of `GET /enrichments/{id}/items`. */
export class EnrichmentItemsQuery {
  @WordParameter(ENRICHMENT_ITEM_STATES, {
    enumName: 'EnrichmentItemState',
    description: 'Only items in this state.',
  })
  state?: EnrichmentItemState;

  @IntegerParameter({
    min: 1,
    max: 1_000,
    default: 100,
    description: 'Maximum number of items in the answer.',
  })
  limit: number = 100;

  @IntegerParameter({ min: 0, max: 10_000_000, default: 0, description: 'Number of items to skip.' })
  offset: number = 0;
}

/** The result for one finding of a bulk enrichment. */
@ApiSchema({ name: 'EnrichmentItem' })
export class EnrichmentItemDto {
  @ApiProperty({ type: 'integer', format: 'int64' })
  finding_id!: number;

  @ApiProperty({ enum: ENRICHMENT_ITEM_STATES, enumName: 'EnrichmentItemState' })
  state!: EnrichmentItemState;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Why it failed, or why the heuristic answered in place of a model.',
  })
  code!: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  reason!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  updated_at!: string | null;
}

/** Which bulk enrichments to list. */
export class ListEnrichmentsQuery {
  @IntegerParameter({
    min: 1,
    max: 100,
    default: 20,
    description: 'Maximum number of runs, the latest first.',
  })
  limit: number = 20;
}
