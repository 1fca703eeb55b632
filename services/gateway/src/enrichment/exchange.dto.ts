import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { StoredExchange } from './enrichment-reader.js';

/** One message of a conversation with a model. */
@ApiSchema({ name: 'ModelMessage' })
export class ModelMessageDto {
  @ApiProperty({ example: 'user' })
  role!: string;

  @ApiProperty()
  content!: string;
}

/** One question to a model and what came back. */
@ApiSchema({ name: 'ModelExchange' })
export class ModelExchangeDto implements StoredExchange {
  @ApiProperty({ type: 'integer', format: 'int64' })
  id!: number;

  @ApiProperty({ format: 'date-time' })
  asked_at!: string;

  @ApiProperty({ description: "Address of the model's server." })
  endpoint!: string;

  @ApiProperty({ description: 'The model in the request.' })
  model!: string;

  @ApiProperty({ type: 'string', nullable: true, description: 'The model in the answer.' })
  answered_by!: string | null;

  @ApiProperty()
  prompt_version!: string;

  @ApiProperty({
    type: [ModelMessageDto],
    description: 'Messages that were sent after the system prompt, in order.',
  })
  sent!: readonly ModelMessageDto[];

  @ApiProperty({ type: 'string', nullable: true, description: 'The unchanged answer.' })
  received!: string | null;

  @ApiProperty({
    enum: ['valid', 'invalid', 'cut_off', 'refused', 'failed'],
    description: '`failed`: there was no answer.',
  })
  outcome!: 'valid' | 'invalid' | 'cut_off' | 'refused' | 'failed';

  @ApiProperty({
    type: [String],
    description: 'Statements that were removed from the answer, or why the answer was unusable.',
  })
  problems!: readonly string[];

  @ApiProperty({ type: 'integer', nullable: true })
  input_tokens!: number | null;

  @ApiProperty({ type: 'integer', nullable: true })
  output_tokens!: number | null;

  @ApiProperty({
    type: 'number',
    nullable: true,
    description: 'In US dollars; null when no price is configured.',
  })
  cost_usd!: number | null;

  @ApiProperty({ type: 'integer' })
  duration_ms!: number;
}

/** The fixed part of what models are sent. */
@ApiSchema({ name: 'ModelPrompt' })
export class ModelPromptDto {
  @ApiProperty()
  version!: string;

  @ApiProperty({ description: 'The system prompt.' })
  system!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'JSON Schema of the answer.' })
  answer_schema!: Record<string, unknown>;
}

/** What left the house about a finding and what came back. */
@ApiSchema({ name: 'FindingExchanges' })
export class FindingExchangesDto {
  @ApiProperty({
    type: [ModelExchangeDto],
    description:
      'In order: the question, and the attempt to repair its answer. Empty when no question was sent.',
  })
  exchanges!: ModelExchangeDto[];

  @ApiProperty({
    description: 'The answer came from the cache: the exchange was about another finding of the same shape.',
  })
  cached!: boolean;

  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: { type: 'string' },
    description: 'The values of the placeholders in this finding. These values were never sent.',
    example: { USER_1: 'alice', ADDRESS_1: '203.0.113.7' },
  })
  placeholders!: Record<string, string> | null;

  @ApiProperty({ type: ModelPromptDto, nullable: true, description: 'Null when no question was sent.' })
  prompt!: ModelPromptDto | null;
}
