import { ApiProperty, ApiSchema } from '@nestjs/swagger';

/** Findings by severity; every severity is present. */
@ApiSchema({ name: 'SeverityCounts' })
export class SeverityCountsDto {
  @ApiProperty({ type: 'integer', minimum: 0 })
  low!: number;

  @ApiProperty({ type: 'integer', minimum: 0 })
  medium!: number;

  @ApiProperty({ type: 'integer', minimum: 0 })
  high!: number;

  @ApiProperty({ type: 'integer', minimum: 0 })
  critical!: number;
}

/** Events that happened on one day. */
@ApiSchema({ name: 'DailyCount' })
export class DailyCountDto {
  @ApiProperty({ format: 'date', description: 'Day in UTC.', example: '2026-11-23' })
  date!: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  count!: number;
}

/** What the dashboard's cards and charts show. */
@ApiSchema({ name: 'StatsSummary' })
export class StatsSummaryDto {
  @ApiProperty({ type: 'integer', minimum: 0 })
  total_events!: number;

  @ApiProperty({ type: 'integer', minimum: 0 })
  total_findings!: number;

  @ApiProperty({ type: SeverityCountsDto })
  findings_by_severity!: SeverityCountsDto;

  @ApiProperty({ type: [DailyCountDto], description: 'Oldest day first; days without events are left out.' })
  events_over_time!: DailyCountDto[];
}
