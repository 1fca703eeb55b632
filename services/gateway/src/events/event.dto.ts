import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { JsonObject } from '@mcm/contracts';
import type { StoredEvent } from './event-reader.js';

/** A stored event. */
@ApiSchema({ name: 'Event', description: 'A stored event.' })
export class EventDto implements StoredEvent {
  @ApiProperty({ type: 'integer', format: 'int64' })
  id!: number;

  @ApiProperty({ example: 'login_failed' })
  event_type!: string;

  @ApiProperty({ description: 'The actor.', example: 'alice' })
  user!: string;

  @ApiProperty({
    description:
      'The canonical name that is used for counting and searching: `user` without differences that cannot ' +
      'be seen.',
  })
  canonical_user!: string;

  @ApiProperty({ format: 'date-time', description: 'When it happened.' })
  timestamp!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The data that the producer sent.',
  })
  raw_data!: JsonObject;

  @ApiProperty({
    description: "The producer's identifier, meant to be unique within `source`; see `conflicts_with`.",
  })
  event_id!: string;

  @ApiProperty({ example: 'api' })
  source!: string;

  @ApiProperty({ format: 'date-time', description: 'When the event was accepted.' })
  received_at!: string;

  @ApiProperty({
    format: 'uuid',
    description: 'Identity, derived from source and event_id; for a conflict also from its content.',
  })
  uid!: string;

  @ApiProperty({
    type: 'string',
    format: 'uuid',
    nullable: true,
    description:
      'Only for a conflict: `uid` of the first event with the same source and event_id, which has other ' +
      'content.',
  })
  conflicts_with!: string | null;
}
