import { REMOVED_KINDS, type RemovedKind, type SettingValues } from '@mcm/contracts';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { contractSchema } from '../openapi/contract-schemas.js';
import { ObjectField } from '../parameters/body.decorators.js';

const COUNT = { type: 'integer', minimum: 0 } as const;

/** A change of the retention that is not made. */
@ApiSchema({ name: 'RetentionDryRunRequest' })
export class DryRunRequestDto {
  @ObjectField({
    schema: contractSchema('RetentionChange'),
    description: 'As in `PATCH /settings/retention`.',
  })
  value!: object;
}

/** A day of events that would go. */
@ApiSchema({ name: 'RetentionDryRunDay' })
export class DryRunDayDto {
  @ApiProperty({ format: 'date' })
  day!: string;

  @ApiProperty({ ...COUNT, description: 'Events of the day.' })
  events!: number;

  @ApiProperty({ ...COUNT, description: 'About how much room they take.' })
  bytes!: number;

  @ApiProperty({ description: 'True: only some sources of the day go, by their own time or a legal hold.' })
  partly!: boolean;
}

/** Rows of another kind that would go. */
@ApiSchema({ name: 'RetentionDryRunRows' })
export class DryRunRowsDto {
  @ApiProperty({ enum: REMOVED_KINDS })
  kind!: RemovedKind;

  @ApiProperty({ ...COUNT, description: 'Rows before the cutoff, those about held days included.' })
  rows!: number;

  @ApiProperty({ description: 'False: there are more, and they were not counted.' })
  exact!: boolean;
}

/** What would go with a change of the retention, of all that is stored now. */
@ApiSchema({ name: 'RetentionDryRun' })
export class DryRunDto {
  @ApiProperty({ allOf: [contractSchema('Retention')], description: 'The setting after the change.' })
  value!: SettingValues['retention'];

  @ApiProperty({ type: [DryRunDayDto], description: 'The oldest first, at most 5,000.' })
  days!: DryRunDayDto[];

  @ApiProperty({ ...COUNT, description: 'Events of all of these days.' })
  events!: number;

  @ApiProperty(COUNT)
  bytes!: number;

  @ApiProperty({ ...COUNT, description: 'Days past their time that legal holds keep as a whole.' })
  held_days!: number;

  @ApiProperty({ type: [DryRunRowsDto] })
  rows!: DryRunRowsDto[];
}
