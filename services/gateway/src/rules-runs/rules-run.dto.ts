import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { JobStatusDto } from '../jobs/job-status.dto.js';
import { TimestampParameter } from '../parameters/parameter.decorators.js';

/** Which stored events to evaluate again. */
@ApiSchema({ name: 'RulesRunRequest' })
export class RulesRunRequestDto {
  @TimestampParameter({ description: 'Only events at or after this time; without a zone it is UTC.' })
  from?: string;

  @TimestampParameter({ description: 'Only events before this time; without a zone it is UTC.' })
  to?: string;
}

/** What a run has done. */
@ApiSchema({ name: 'RulesRunResult' })
export class RulesRunResultDto {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Events evaluated.' })
  events!: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Number of findings in the events.' })
  findings!: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Number of findings that did not exist before.' })
  new_findings!: number;
}

/** A run of all rules over stored events. */
@ApiSchema({ name: 'RulesRun' })
export class RulesRunDto extends JobStatusDto {
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  from!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  to!: string | null;

  @ApiProperty({ type: RulesRunResultDto, nullable: true, description: 'Null until it is completed.' })
  result!: RulesRunResultDto | null;
}
