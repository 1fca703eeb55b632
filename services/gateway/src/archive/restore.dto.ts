import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { JobStatusDto } from '../jobs/job-status.dto.js';

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** Which archived day is to be searchable again. */
@ApiSchema({ name: 'RestoreRequest' })
export class RestoreRequestDto {
  @ApiProperty({ format: 'date', description: 'A day (UTC) of event time.' })
  @Matches(DAY, { message: '$property must be a day such as 2026-01-15' })
  day!: string;
}

/** Names the restore of a day. */
export class RestorePath {
  @ApiProperty({ format: 'date', description: 'A day (UTC) of event time.' })
  @Matches(DAY, { message: '$property must be a day such as 2026-01-15' })
  day!: string;
}

/** What restoring a day did. */
@ApiSchema({ name: 'RestoreResult' })
export class RestoreResultDto {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Events of the day in the archive.' })
  archived!: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'How many of them were missing, and are back.' })
  restored!: number;
}

/** The restore of an archived day. */
@ApiSchema({ name: 'Restore' })
export class RestoreDto extends JobStatusDto {
  @ApiProperty({ format: 'date' })
  day!: string;

  @ApiProperty({ type: RestoreResultDto, nullable: true, description: 'Null until it is completed.' })
  result!: RestoreResultDto | null;
}
