import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsInt, IsOptional, Max, Min } from 'class-validator';
import { IntegerParameter } from '../parameters/parameter.decorators.js';
import { JobStatusDto } from '../jobs/job-status.dto.js';

/** Most findings that one bulk enrichment takes by id. */
const BULK_MAX = 10_000;

/** Paging of `POST /findings/enrich_all_missing`. */
export class EnrichAllMissingQuery {
  @IntegerParameter({ min: 1, max: 500, default: 50, description: 'Most findings to enrich.' })
  limit: number = 50;
}

/** What to enrich in bulk: these findings, or all that have no enrichment. */
@ApiSchema({ name: 'EnrichmentRequest' })
export class EnrichmentRequestDto {
  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'integer', format: 'int64', minimum: 1 },
    minItems: 1,
    maxItems: BULK_MAX,
    description: 'These findings; when absent, all that have no enrichment.',
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

  @IntegerParameter({ min: 1, max: 1_000_000, description: 'At most this many.' })
  limit?: number;
}

/** A finding that could not be enriched. */
@ApiSchema({ name: 'EnrichmentFailure' })
export class EnrichmentFailureDto {
  @ApiProperty({ type: 'integer', format: 'int64' })
  finding_id!: number;

  @ApiProperty()
  reason!: string;
}

/** What a bulk enrichment has done. */
@ApiSchema({ name: 'EnrichmentResult' })
export class EnrichmentResultDto {
  @ApiProperty({ type: 'array', items: { type: 'integer', format: 'int64' } })
  finding_ids!: number[];

  @ApiProperty({ type: [EnrichmentFailureDto] })
  failed!: EnrichmentFailureDto[];
}

/** A bulk enrichment. */
@ApiSchema({ name: 'Enrichment' })
export class EnrichmentDto extends JobStatusDto {
  @ApiProperty({
    type: EnrichmentResultDto,
    nullable: true,
    description: 'Null until it is completed.',
  })
  result!: EnrichmentResultDto | null;
}
