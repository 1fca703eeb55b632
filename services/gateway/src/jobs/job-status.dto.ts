import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { JobState } from '@mcm/queue';

const JOB_STATES = [
  'waiting',
  'delayed',
  'active',
  'completed',
  'failed',
] as const satisfies readonly JobState[];

/** How far a job is. */
@ApiSchema({ name: 'JobProgress' })
export class JobProgressDto {
  @ApiProperty({ type: 'integer', minimum: 0 })
  done!: number;

  @ApiProperty({ type: 'integer', minimum: 0 })
  total!: number;
}

/** What can be said about every job. */
export class JobStatusDto {
  @ApiProperty()
  id!: string;

  @ApiProperty({
    enum: JOB_STATES,
    enumName: 'JobState',
    description: '`delayed`: waits for its next try.',
  })
  state!: JobState;

  @ApiProperty({ type: JobProgressDto, nullable: true })
  progress!: JobProgressDto | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'Why the preview failed.' })
  error!: string | null;

  @ApiProperty({ type: 'integer', minimum: 0 })
  tries!: number;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  finished_at!: string | null;
}
