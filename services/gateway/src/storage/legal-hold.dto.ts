import type { LegalHold } from '@mcm/persistence';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { NamesField, UuidParameter } from '../parameters/body.decorators.js';
import { BooleanParameter, DayParameter, RequiredText } from '../parameters/parameter.decorators.js';

/** Names one legal hold. */
export class HoldPath {
  @UuidParameter('`id` of the legal hold.')
  id!: string;
}

/** Which legal holds to list. */
export class ListHoldsQuery {
  @BooleanParameter({ description: 'Only holds that are in force, or only released ones.' })
  released?: boolean;
}

/** What is to be kept. */
@ApiSchema({ name: 'LegalHoldRequest' })
export class LegalHoldRequestDto {
  @NamesField({
    description: 'Sources whose events are kept; those of all when absent or null.',
    maxItems: 100,
    example: ['github'],
  })
  sources?: string[] | null;

  @DayParameter({ description: 'First day (UTC) of event time; from the beginning when absent.' })
  from?: string;

  @DayParameter({ description: 'Last day (UTC) of event time; without an end when absent.' })
  to?: string;

  @RequiredText({ description: 'Reason for the hold.', example: 'Case 2026-17' })
  reason!: string;
}

/** Why a legal hold ends. */
@ApiSchema({ name: 'LegalHoldRelease' })
export class LegalHoldReleaseDto {
  @RequiredText({ description: 'Reason for the release.' })
  reason!: string;
}

/** Events, and findings about that time, which are kept whatever the retention says. */
@ApiSchema({ name: 'LegalHold' })
export class LegalHoldDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: [String], nullable: true, description: 'Null: all sources.' })
  sources!: string[] | null;

  @ApiProperty({ type: 'string', format: 'date', nullable: true, description: 'Null: from the beginning.' })
  from!: string | null;

  @ApiProperty({ type: 'string', format: 'date', nullable: true, description: 'Null: without an end.' })
  to!: string | null;

  @ApiProperty()
  reason!: string;

  @ApiProperty({ description: 'Name of the actor at that time.' })
  created_by!: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ type: 'string', nullable: true })
  release_reason!: string | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'Name of the actor at that time.' })
  released_by!: string | null;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'Null while the hold is in force.',
  })
  released_at!: string | null;
}

/** Legal holds, newest first. */
@ApiSchema({ name: 'LegalHoldList' })
export class LegalHoldListDto {
  @ApiProperty({ type: [LegalHoldDto] })
  items!: LegalHoldDto[];
}

export function legalHoldDto({
  from_day,
  to_day,
  created_at,
  released_at,
  ...hold
}: LegalHold): LegalHoldDto {
  return {
    ...hold,
    from: from_day,
    to: to_day,
    created_at: created_at.toISOString(),
    released_at: released_at?.toISOString() ?? null,
  };
}
