import {
  AUDIT_ACTIONS,
  AUDIT_OBJECT_TYPES,
  type AuditAction,
  type AuditObjectType,
  type ReadableEntry,
  TRAIL_FAULTS,
  type TrailFaultReason,
} from '@mcm/audit';
import type { Actor } from '@mcm/contracts';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import {
  IntegerParameter,
  NameParameter,
  TextFilter,
  TimestampParameter,
  WordParameter,
} from '../parameters/parameter.decorators.js';

/** Filters and paging of `GET /audit`; all filters must hold. */
export class ListAuditQuery {
  @TextFilter({ description: 'Only what this actor did: the id of a person or key, `local`, or a service.' })
  actor?: string;

  @WordParameter(AUDIT_ACTIONS, { description: 'Only these actions.', enumName: 'AuditAction', many: true })
  action?: AuditAction[];

  @WordParameter(AUDIT_OBJECT_TYPES, {
    description: 'Only what was done to objects of this kind.',
    enumName: 'AuditObjectType',
  })
  object_type?: AuditObjectType;

  @TextFilter({ description: 'Only what was done to the object with this id.' })
  object?: string;

  @TimestampParameter({ description: 'Only entries at or after this time; without a zone it is UTC.' })
  from?: string;

  @TimestampParameter({ description: 'Only entries at or before this time; without a zone it is UTC.' })
  to?: string;

  @IntegerParameter({
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    description: 'Only entries before the one with this number: `next` of the page before.',
  })
  before?: number;

  @IntegerParameter({
    min: 1,
    max: 200,
    default: 50,
    description: 'Maximum number of entries in the answer.',
  })
  limit: number = 50;
}

const ACTOR_TYPES = ['person', 'key', 'operator', 'system'] as const satisfies readonly Actor['type'][];
const STATE = {
  type: 'object',
  additionalProperties: true,
  nullable: true,
  description: 'The part of the state that the action is about. Null where it does not apply.',
} as const;

@ApiSchema({ name: 'AuditActor' })
export class AuditActorDto {
  @ApiProperty({ enum: ACTOR_TYPES, enumName: 'ActorType' })
  type!: Actor['type'];

  @ApiProperty()
  id!: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The name at that time; null when it was erased.',
  })
  name!: string | null;
}

@ApiSchema({ name: 'AuditObject' })
export class AuditObjectDto {
  @ApiProperty({ enum: AUDIT_OBJECT_TYPES, enumName: 'AuditObjectType' })
  type!: AuditObjectType;

  @ApiProperty()
  id!: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The name at that time; null when it has none or was erased.',
  })
  name!: string | null;
}

/** Who did what, when, from where. */
@ApiSchema({ name: 'AuditEntry' })
export class AuditEntryDto implements ReadableEntry {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'Number of the entry, without gaps.' })
  seq!: number;

  @ApiProperty({ type: 'string', format: 'date-time' })
  at!: string;

  @ApiProperty({ type: AuditActorDto })
  actor!: AuditActorDto;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Address of the client; null when it was erased.',
  })
  address!: string | null;

  @ApiProperty({ enum: AUDIT_ACTIONS, enumName: 'AuditAction' })
  action!: AuditAction;

  @ApiProperty({ type: AuditObjectDto })
  object!: AuditObjectDto;

  @ApiProperty(STATE)
  before!: ReadableEntry['before'];

  @ApiProperty(STATE)
  after!: ReadableEntry['after'];

  @ApiProperty({ type: 'string', nullable: true })
  request_id!: string | null;
}

@ApiSchema({ name: 'AuditPage' })
export class AuditPageDto {
  @ApiProperty({ type: [AuditEntryDto] })
  items!: AuditEntryDto[];

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: '`before` of the next page; null on the last one.',
  })
  next!: number | null;
}

/** Whether the trail is as it was written. */
@ApiSchema({ name: 'AuditVerification' })
export class AuditVerificationDto {
  @ApiProperty()
  valid!: boolean;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'Entries that are in order, counted from the first.',
  })
  entries!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Number of the first entry that is not as it was written.',
  })
  first_broken!: number | null;

  @ApiProperty({ enum: TRAIL_FAULTS, enumName: 'AuditFault', nullable: true })
  reason!: TrailFaultReason | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'The fault in a sentence.' })
  detail!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Size of the last published checkpoint that confirms the trail. Null when there is none.',
  })
  checkpoint_size!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'Number of the entry that was written when a backup had been restored. Null when there is none.',
  })
  epoch_began!: number | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The key that verifies checkpoints. Null when none is set.',
  })
  key!: string | null;
}

/** A signed checkpoint. */
@ApiSchema({ name: 'AuditCheckpoint' })
export class AuditCheckpointDto {
  @ApiProperty({ type: 'integer', minimum: 0 })
  size!: number;

  @ApiProperty({ description: 'The signed text (https://c2sp.org/tlog-checkpoint).' })
  note!: string;

  @ApiProperty({ description: 'The key that verifies it.' })
  key!: string;
}

/** Whose names and addresses to erase. */
@ApiSchema({ name: 'AuditErasureRequest' })
export class AuditErasureRequestDto {
  @NameParameter({ description: 'Id of the person.' })
  person!: string;
}

@ApiSchema({ name: 'AuditErasure' })
export class AuditErasureDto {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Names and addresses that were erased.' })
  erased!: number;
}
