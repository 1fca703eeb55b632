import { SETTING_NAMES, type SettingName, type SettingValues } from '@mcm/contracts';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { contractSchema } from '../openapi/contract-schemas.js';
import { ObjectField, WordField } from '../parameters/body.decorators.js';
import { RequiredInteger, TextParameter } from '../parameters/parameter.decorators.js';

/** Names one setting. */
export class SettingPath {
  @WordField(SETTING_NAMES, { description: 'Name of the setting.' })
  name!: SettingName;
}

/** What to change about a setting. */
@ApiSchema({ name: 'SettingChange' })
export class SettingChangeDto {
  @RequiredInteger({
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    description: 'The `revision` of the setting that the change was made for.',
  })
  revision!: number;

  @ObjectField({
    schema: contractSchema('RetentionChange'),
    description:
      'Fields to change, as JSON Merge Patch (RFC 7396): what is absent stays, null restores the default.',
  })
  value!: object;

  @TextParameter({ description: 'Reason for the change, for the audit trail.' })
  reason?: string;
}

/** Which change of a setting is not to happen. */
export class TakeBackQuery {
  @RequiredInteger({
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    description: 'The `revision` of the setting whose change is to be taken back.',
  })
  revision!: number;
}

/** A change that waits, so that it can be taken back. */
@ApiSchema({ name: 'PendingSetting' })
export class PendingSettingDto {
  @ApiProperty({ allOf: [contractSchema('Retention')], description: 'What the setting will be.' })
  value!: SettingValues[SettingName];

  @ApiProperty({ format: 'date-time' })
  takes_effect_at!: string;
}

/** A setting that is kept in the database. */
@ApiSchema({ name: 'Setting' })
export class SettingDto {
  @ApiProperty({ enum: SETTING_NAMES })
  name!: SettingName;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Number of changes; a change names it.' })
  revision!: number;

  @ApiProperty({ allOf: [contractSchema('Retention')], description: 'What is in force.' })
  value!: SettingValues[SettingName];

  @ApiProperty({
    allOf: [contractSchema('Retention')],
    description: 'What the environment of the gateway says: in force where nothing was changed.',
  })
  defaults!: SettingValues[SettingName];

  @ApiProperty({ type: [String], description: 'Fields that were changed in the API.' })
  changed!: string[];

  @ApiProperty({
    type: PendingSettingDto,
    nullable: true,
    description: 'A change by which something would be lost waits for a day.',
  })
  pending!: PendingSettingDto | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'Name of the actor at that time.' })
  changed_by!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  changed_at!: string | null;
}
