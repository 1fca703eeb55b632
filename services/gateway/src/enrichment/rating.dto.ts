import { RATING_VERDICTS, type RatingVerdict } from '@mcm/contracts';
import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { IntegerParameter } from '../parameters/parameter.decorators.js';

const COMMENT_MAX = 2_000;

/** A person's verdict on the enrichment of a finding. */
@ApiSchema({ name: 'RatingRequest' })
export class RatingRequestDto {
  @ApiProperty({ enum: RATING_VERDICTS })
  @IsIn(RATING_VERDICTS, { message: `$property must be one of ${RATING_VERDICTS.join(', ')}` })
  verdict!: RatingVerdict;

  @ApiPropertyOptional({ type: 'string', maxLength: COMMENT_MAX })
  @IsOptional()
  @IsString({ message: '$property must be a text' })
  @MaxLength(COMMENT_MAX, { message: `$property must be at most ${COMMENT_MAX} characters long` })
  comment?: string;

  @IntegerParameter({ min: 0, max: 100, description: 'The score that the finding should have had.' })
  expected_score?: number;
}

/** A rating. */
@ApiSchema({ name: 'Rating' })
export class RatingDto {
  @ApiProperty({ type: 'integer', format: 'int64' })
  id!: number;

  @ApiProperty({ type: 'integer', format: 'int64' })
  finding_id!: number;

  @ApiProperty({ enum: RATING_VERDICTS })
  verdict!: RatingVerdict;

  @ApiProperty({ type: 'string', nullable: true })
  comment!: string | null;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: 100,
    nullable: true,
    description: 'The score that the finding should have had.',
  })
  expected_score!: number | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The enrichment as it was when it was rated.',
  })
  enrichment!: Record<string, unknown>;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;
}

/** Paging of `POST /ai/evaluation-set`. */
export class EvaluationSetQuery {
  @IntegerParameter({
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    default: 0,
    description: 'Ratings after this id.',
  })
  after: number = 0;

  @IntegerParameter({
    min: 1,
    max: 1_000,
    default: 1_000,
    description: 'Maximum number of ratings in the answer.',
  })
  limit: number = 1_000;
}
