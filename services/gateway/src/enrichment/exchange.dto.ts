import type { StoredExchange } from '@mcm/persistence';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';

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

  @ApiProperty({ description: 'Where it was sent.' })
  endpoint!: string;

  @ApiProperty({ description: 'The model that was asked for.' })
  model!: string;

  @ApiProperty({ type: 'string', nullable: true, description: 'The model that the answer names.' })
  answered_by!: string | null;

  @ApiProperty()
  prompt_version!: string;

  @ApiProperty({ type: [ModelMessageDto], description: 'What was sent after the system prompt, in order.' })
  sent!: readonly ModelMessageDto[];

  @ApiProperty({ type: 'string', nullable: true, description: 'What came back, as it came.' })
  received!: string | null;

  @ApiProperty({
    enum: ['valid', 'invalid', 'cut_off', 'refused', 'failed'],
    description: '`failed`: nothing came back.',
  })
  outcome!: 'valid' | 'invalid' | 'cut_off' | 'refused' | 'failed';

  @ApiProperty({ type: [String], description: 'What was cut out of the answer, or why it was of no use.' })
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
    description: 'In order: the question, and the attempt to repair its answer. Empty when nothing was sent.',
  })
  exchanges!: ModelExchangeDto[];

  @ApiProperty({
    description:
      'The answer was there already: what is shown was sent about another finding of the same shape.',
  })
  cached!: boolean;

  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: { type: 'string' },
    description: 'What the placeholders stand for in this finding. They never left the house.',
    example: { USER_1: 'alice', ADDRESS_1: '203.0.113.7' },
  })
  placeholders!: Record<string, string> | null;

  @ApiProperty({ type: ModelPromptDto, nullable: true, description: 'Null when nothing was sent.' })
  prompt!: ModelPromptDto | null;
}
