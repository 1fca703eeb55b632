import type { StoredDeadLetter } from '@mcm/persistence';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IntakeReceiptDto } from '../intake/intake-receipt.dto.js';
import { IntegerParameter, RowIdParameter, WordParameter } from '../parameters/parameter.decorators.js';

const ORIGINS = ['bus', 'ingest'] as const;

/** Filter and paging of `GET /dead-letters`. */
export class ListDeadLettersQuery {
  @WordParameter(ORIGINS, {
    description: 'Only messages of the bus, or only items refused on the way in.',
  })
  origin?: (typeof ORIGINS)[number];

  @IntegerParameter({ min: 1, max: 500, default: 50, description: 'Most dead letters to answer with.' })
  limit: number = 50;

  @IntegerParameter({
    min: 0,
    max: 1_000_000,
    default: 0,
    description: 'Dead letters to leave out at the start.',
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

  @ApiProperty({ enum: ORIGINS, description: '`bus`: a consumer gave up; `ingest`: refused on the way in.' })
  origin!: (typeof ORIGINS)[number];

  @ApiProperty({ description: 'Subject, or source for `ingest`.' })
  subject!: string;

  @ApiProperty({ description: 'Who gave up.' })
  consumer!: string;

  @ApiProperty({ description: 'Stable.', example: 'EVENTS.INVALID' })
  code!: string;

  @ApiProperty()
  reason!: string;

  @ApiProperty({ description: 'The message as received, JSON where it is JSON.' })
  message!: string;

  @ApiProperty({ description: 'True when `message` was cut; it cannot be driven again then.' })
  truncated!: boolean;

  @ApiProperty({ type: 'integer', minimum: 1 })
  tries!: number;

  @ApiProperty({ format: 'date-time' })
  failed_at!: string;

  @ApiProperty({
    description:
      'For `ingest`: the sender had proved itself, by a signature or a secret, when the item came. That still holds when it is driven again.',
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
    type: IntakeReceiptDto,
    nullable: true,
    description: 'For `ingest`: what became of the item.',
  })
  receipt!: IntakeReceiptDto | null;
}
