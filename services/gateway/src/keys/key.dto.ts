import { type Permission, PERMISSIONS } from '@mcm/contracts';
import type { ApiKey } from '@mcm/persistence';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { ActorNameField, NamesField, WordsField } from '../parameters/body.decorators.js';
import { IntegerParameter, NameParameter } from '../parameters/parameter.decorators.js';
import { KEY_DAYS, KEY_DAYS_MAX } from './keys.service.js';

const STATES = ['valid', 'expired', 'revoked'] as const;

/** Names one key. */
export class KeyPath {
  @NameParameter({
    description: '`id` of the key: what stands between `mcm_` and the second `_`.',
    maxLength: 64,
  })
  id!: string;
}

/** A key to make. */
@ApiSchema({ name: 'KeyRequest' })
export class KeyRequestDto {
  @ActorNameField({ description: 'What the key is for; the name of its actor in the audit trail.' })
  name!: string;

  @WordsField(PERMISSIONS, { enumName: 'Permission', description: 'What the key may do.' })
  scopes!: Permission[];

  @NamesField({
    description: 'Sources that it may send events for; all when absent or null.',
    maxItems: 100,
    example: ['github'],
  })
  allowed_sources?: string[] | null;

  @IntegerParameter({
    min: 1,
    max: KEY_DAYS_MAX,
    default: KEY_DAYS,
    description: 'Days until it expires.',
  })
  expires_in_days: number = KEY_DAYS;
}

/** A key of a program. */
@ApiSchema({ name: 'Key' })
export class KeyDto {
  @ApiProperty({ description: 'What stands between `mcm_` and the second `_` of the key.' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: STATES })
  state!: (typeof STATES)[number];

  @ApiProperty({ enum: PERMISSIONS, enumName: 'Permission', isArray: true })
  scopes!: Permission[];

  @ApiProperty({ type: [String], nullable: true, description: 'Null: all sources.' })
  allowed_sources!: string[] | null;

  @ApiProperty({ description: 'Name of the actor at that time.' })
  created_by!: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  expires_at!: string;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'To the minute.' })
  last_used_at!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  revoked_at!: string | null;
}

/** Keys, newest first. */
@ApiSchema({ name: 'KeyList' })
export class KeyListDto {
  @ApiProperty({ type: [KeyDto] })
  items!: KeyDto[];
}

/** A key that was just made. */
@ApiSchema({ name: 'NewKey' })
export class NewKeyDto {
  @ApiProperty({ type: KeyDto })
  key!: KeyDto;

  @ApiProperty({
    description: 'The key itself, for `Authorization: Bearer`. It cannot be shown again.',
    example: 'mcm_<id>_<secret>',
  })
  secret!: string;
}

/** A key without what it is proved with. */
export function keyDto(key: ApiKey): KeyDto {
  const { id, name, scopes, allowed_sources, created_by, created_at, expires_at, last_used_at, revoked_at } =
    key;
  return {
    id,
    name,
    state: revoked_at !== null ? 'revoked' : expires_at.getTime() <= Date.now() ? 'expired' : 'valid',
    scopes,
    allowed_sources,
    created_by,
    created_at: created_at.toISOString(),
    expires_at: expires_at.toISOString(),
    last_used_at: last_used_at?.toISOString() ?? null,
    revoked_at: revoked_at?.toISOString() ?? null,
  };
}
