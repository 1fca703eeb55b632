import type { Session } from '@mcm/persistence';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { UuidParameter } from '../parameters/body.decorators.js';

/** Names one session. */
export class SessionPath {
  @UuidParameter('`id` of the session.')
  id!: string;
}

/** A browser in which the caller has signed in. */
@ApiSchema({ name: 'Session' })
export class SessionDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ description: 'The session of this request.' })
  current!: boolean;

  @ApiProperty({ description: 'Address at sign-in.' })
  address!: string;

  @ApiProperty({ description: '`User-Agent` at sign-in, as the browser sent it.' })
  user_agent!: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'To the minute. The session ends after 8 hours without use.',
  })
  last_seen_at!: string;

  @ApiProperty({ format: 'date-time', description: 'When it ends even if it is used.' })
  expires_at!: string;
}

/** The sessions of the caller. */
@ApiSchema({ name: 'SessionList' })
export class SessionListDto {
  @ApiProperty({ type: [SessionDto] })
  items!: SessionDto[];
}

/** A session as its person sees it. */
export function sessionDto(session: Session, currentId: string | null): SessionDto {
  const { id, address, user_agent, created_at, last_seen_at, expires_at } = session;
  return {
    id,
    current: id === currentId,
    address,
    user_agent,
    created_at: created_at.toISOString(),
    last_seen_at: last_seen_at.toISOString(),
    expires_at: expires_at.toISOString(),
  };
}
