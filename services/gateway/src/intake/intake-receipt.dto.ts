import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { ErrorDetailDto, ProblemDto } from '../openapi/problem.dto.js';

/** An item that was refused. */
@ApiSchema({ name: 'RejectedItem' })
export class RejectedItemDto {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Position in the request, from 0.' })
  index!: number;

  @ApiProperty({ type: 'string', nullable: true })
  event_id!: string | null;

  @ApiProperty({ example: 'EVENTS.INVALID' })
  code!: string;

  @ApiProperty()
  reason!: string;

  @ApiProperty({ type: [ErrorDetailDto] })
  errors!: ErrorDetailDto[];
}

/** Something that was changed so that an item could be stored. */
@ApiSchema({ name: 'IntakeWarning' })
export class IntakeWarningDto {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Position in the request, from 0.' })
  index!: number;

  @ApiProperty({ description: 'JSON pointer into the item.' })
  pointer!: string;

  @ApiProperty()
  detail!: string;
}

/** The outcome of a request, item by item: accepted + duplicates + rejected_total = received. */
@ApiSchema({ name: 'IntakeReceipt' })
export class IntakeReceiptDto {
  @ApiProperty({ type: 'integer', minimum: 0 })
  received!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description:
      'Number of durably stored items; they are visible as events and findings within a second. Whether an ' +
      'event is a duplicate of an earlier request is decided when it is recorded: `GET ' +
      '/events?source=…&event_id=…` returns the one stored event.',
  })
  accepted!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'Items that repeat an earlier item of the same request; other requests are not compared.',
  })
  duplicates!: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Number of refused items.' })
  rejected_total!: number;

  @ApiProperty({ type: [RejectedItemDto], maxItems: 100, description: 'The first 100 refused items.' })
  rejected!: RejectedItemDto[];

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'Changes that were made so that items could be stored.',
  })
  warnings_total!: number;

  @ApiProperty({ type: [IntakeWarningDto], maxItems: 100, description: 'The first 100 refused items.' })
  warnings!: IntakeWarningDto[];
}

/** The answer when no item of a request could be accepted. */
@ApiSchema({ name: 'RejectedProblem' })
export class RejectedProblemDto extends ProblemDto {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'Number of refused items.' })
  rejected_total!: number;

  @ApiProperty({ type: [RejectedItemDto], maxItems: 100, description: 'The first 100 refused items.' })
  rejected!: RejectedItemDto[];
}
