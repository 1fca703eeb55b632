import type { SubmissionReceipt } from '@mcm/contracts';
import type { StoredDeadLetter } from '@mcm/persistence';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { contractSchema } from '../openapi/contract-schemas.js';
import { IntegerParameter, RowIdParameter, WordParameter } from '../parameters/parameter.decorators.js';

const ORIGINS = ['bus', 'ingest'] as const;

/** Filter and paging of `GET /dead-letters`. */
export class ListDeadLettersQuery {
  @WordParameter(ORIGINS, {
    description: 'Only messages of the bus, or only items refused by intake.',
  })
  origin?: (typeof ORIGINS)[number];

  @IntegerParameter({
    min: 1,
    max: 500,
    default: 50,
    description: 'Maximum number of dead letters in the answer.',
  })
  limit: number = 50;

  @IntegerParameter({
    min: 0,
    max: 1_000_000,
    default: 0,
    description: 'Number of dead letters to skip.',
  })
  offset: number = 0;
}

/** Names one dead letter. */
export class DeadLetterPath {
  @RowIdParameter('`id` of the dead letter.')
  id!: string;
}

/** A message that is not delivered again by itself. */
@ApiSchema({ name: 'DeadLetter' })
export class DeadLetterDto implements StoredDeadLetter {
  @ApiProperty({ type: 'integer', format: 'int64' })
  id!: number;

  @ApiProperty({ enum: ORIGINS, description: '`bus`: a consumer gave up; `ingest`: refused by intake.' })
  origin!: (typeof ORIGINS)[number];

  @ApiProperty({ description: 'Subject, or source for `ingest`.' })
  subject!: string;

  @ApiProperty({ description: 'The consumer that gave up.' })
  consumer!: string;

  @ApiProperty({ description: 'Stable code.', example: 'EVENTS.INVALID' })
  code!: string;

  @ApiProperty()
  reason!: string;

  @ApiProperty({ description: 'The received message, as JSON if it is valid JSON.' })
  message!: string;

  @ApiProperty({ description: 'True when `message` was cut; it cannot be redriven then.' })
  truncated!: boolean;

  @ApiProperty({ type: 'integer', minimum: 1 })
  tries!: number;

  @ApiProperty({ format: 'date-time' })
  failed_at!: string;

  @ApiProperty({
    description:
      'For `ingest`: the sender was authenticated by a signature or a secret when the item arrived. A ' +
      'redrive keeps this state.',
  })
  verified!: boolean;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'For `ingest`: headers that belong to the item and are not in its message.',
  })
  headers!: Readonly<Record<string, string>>;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  redriven_at!: string | null;
}

/** Dead letters, newest first. */
@ApiSchema({ name: 'DeadLetterList' })
export class DeadLetterListDto {
  @ApiProperty({ type: [DeadLetterDto] })
  items!: DeadLetterDto[];

  @ApiProperty({ type: 'integer', minimum: 0 })
  total!: number;

  @ApiProperty({ type: 'integer', minimum: 1 })
  limit!: number;

  @ApiProperty({ type: 'integer', minimum: 0 })
  offset!: number;
}

/** The answer to driving a dead letter again. */
@ApiSchema({ name: 'Redrive' })
export class RedriveDto {
  @ApiProperty({ type: 'integer', format: 'int64' })
  id!: number;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  redriven_at!: string | null;

  @ApiProperty({
    allOf: [contractSchema('IntakeReceipt')],
    nullable: true,
    description: 'For `ingest`: the result for the item.',
  })
  receipt!: SubmissionReceipt | null;
}
