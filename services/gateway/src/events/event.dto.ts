import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { JsonObject } from '@mcm/contracts';
import type { StoredEvent } from '@mcm/persistence';

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
      'The name under which the actor is counted and looked for: `user` without what makes names look alike.',
  })
  canonical_user!: string;

  @ApiProperty({ format: 'date-time', description: 'When it happened.' })
  timestamp!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What the producer sent about it.',
  })
  raw_data!: JsonObject;

  @ApiProperty({
    description: "The producer's identifier, meant to be unique within `source`; see `conflicts_with`.",
  })
  event_id!: string;

  @ApiProperty({ example: 'api' })
  source!: string;

  @ApiProperty({ format: 'date-time', description: 'When it was accepted.' })
  received_at!: string;

  @ApiProperty({
    format: 'uuid',
    description: 'Identity made of source and event_id; of a conflict also of its content.',
  })
  uid!: string;

  @ApiProperty({
    type: 'string',
    format: 'uuid',
    nullable: true,
    description:
      'Only in a conflict: `uid` of the first event with the same source and event_id, whose content is another.',
  })
  conflicts_with!: string | null;
}
